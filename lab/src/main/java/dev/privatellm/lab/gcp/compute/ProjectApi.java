// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.GetProjectRequest;
import com.google.cloud.compute.v1.GetRegionRequest;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.NetworkInterface;
import com.google.cloud.compute.v1.Project;
import com.google.cloud.compute.v1.Quota;
import com.google.cloud.compute.v1.Region;
import dev.privatellm.lab.gcp.Catalog;
import dev.privatellm.lab.gcp.project.ProjectTable;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.List;
import java.util.Map;

/**
 * The methods of {@code projects} and {@code regions}, and the quotas that they show: https://cloud.google.com/compute/resource-usage. A stopped machine uses
 * none of a quota of GPUs. Spot machines use the preemptible quota of their region.
 */
final class ProjectApi {
    private static final String ALL_REGIONS = "GPUS_ALL_REGIONS";

    /** Families with GPUs, and the metric of their quota in a region. */
    private static final Map<String, String> METRICS =
            Map.of("g2", "NVIDIA_L4_GPUS", "a2", "NVIDIA_A100_GPUS", "a3", "NVIDIA_H100_GPUS");

    private final Ground ground;
    private final VmTable vms;
    private final ProjectTable projects;

    ProjectApi(Ground ground, VmTable vms, ProjectTable projects) {
        this.ground = ground;
        this.vms = vms;
        this.projects = projects;
    }

    void bind(RestService service) {
        service.on("Projects.Get", GetProjectRequest.getDefaultInstance(), (_, request) -> project(request))
                .on("Regions.Get", GetRegionRequest.getDefaultInstance(), (_, request) -> region(request));
    }

    private Project project(GetProjectRequest request) {
        synchronized (ground.lock()) {
            return Project.newBuilder()
                    .setKind("compute#project")
                    .setId(Projects.number(request.getProject()))
                    .setName(request.getProject())
                    .addQuotas(quota(request.getProject(), "", ALL_REGIONS))
                    .setSelfLink(Links.self(Links.project(request.getProject())))
                    .build();
        }
    }

    private Region region(GetRegionRequest request) {
        List<String> zones = ground.catalog().zoneNames().stream()
                .filter(zone -> Catalog.regionOf(zone).equals(request.getRegion()))
                .toList();
        if (zones.isEmpty()) {
            throw ApiError.notFound(Links.region(request.getProject(), request.getRegion()));
        }
        Region.Builder region = Region.newBuilder()
                .setKind("compute#region")
                .setId(1000L + Math.floorMod(request.getRegion().hashCode(), 9000))
                .setName(request.getRegion())
                .setStatus("UP")
                .setSelfLink(Links.self(Links.region(request.getProject(), request.getRegion())));
        zones.forEach(zone -> region.addZones(Links.self(Links.zone(request.getProject(), zone))));
        synchronized (ground.lock()) {
            METRICS.values().stream()
                    .sorted()
                    .forEach(metric -> region.addQuotas(quota(request.getProject(), request.getRegion(), metric))
                            .addQuotas(quota(request.getProject(), request.getRegion(), "PREEMPTIBLE_" + metric)));
        }
        return region.build();
    }

    private Quota quota(String project, String region, String metric) {
        return Quota.newBuilder()
                .setMetric(metric)
                .setLimit(projects.limit(project, region, metric))
                .setUsage(usage(project, region, metric))
                .build();
    }

    /**
     * Refuses a subnetwork of another project, unless that one shares its networks with this: https://cloud.google.com/vpc/docs/provisioning-shared-vpc. The
     * words are reported: tranquilitybase-io/tb-gcp#507.
     *
     * @throws ApiError 400
     */
    void checkShared(String project, NetworkInterface asked) {
        for (String link : List.of(asked.getSubnetwork(), asked.getNetwork())) {
            String path = Links.path(project, link);
            boolean isShared = projects.get(project)
                    .sharedVpcHost()
                    .filter(host -> path.startsWith(Links.project(host) + "/"))
                    .isPresent();
            if (!link.isEmpty() && !isShared && !path.startsWith(Links.project(project) + "/")) {
                throw ApiError.invalidField(
                        "resource.networkInterfaces[0].subnetwork",
                        path,
                        "Cross-project references for this resource are not allowed.");
            }
        }
    }

    /**
     * Refuses a machine that a quota of GPUs, or the policy on external addresses, rules out.
     *
     * @throws ApiError 403 or 412
     */
    void check(String project, String zone, Instance asked, Catalog.Type type) {
        if (type.gpus() > 0) {
            boolean isSpot = asked.getScheduling().getProvisioningModel().equals("SPOT");
            String metric = METRICS.getOrDefault(type.family(), "");
            String region = Catalog.regionOf(zone);
            checkQuota(project, "", ALL_REGIONS, type);
            if (!metric.isEmpty()) {
                checkQuota(project, region, isSpot ? "PREEMPTIBLE_" + metric : metric, type);
            }
        }
        boolean isExternal = asked.getNetworkInterfaces(0).getAccessConfigsCount() > 0;
        if (isExternal && !projects.get(project).externalAddresses()) {
            // https://cloud.google.com/compute/docs/ip-addresses/configure-static-external-ip-address#disableexternalip
            throw ApiError.of(
                    412,
                    "conditionNotMet",
                    "Constraint constraints/compute.vmExternalIpAccess violated for project %s. Add instance %s to the constraint to use external IP with it."
                            .formatted(project, Links.in(project, zone, "instances", asked.getName())));
        }
    }

    private void checkQuota(String project, String region, String metric, Catalog.Type type) {
        int limit = projects.limit(project, region, metric);
        if (usage(project, region, metric) + type.gpus() > limit) {
            throw ApiError.of(
                    403,
                    "quotaExceeded",
                    "Quota '%s' exceeded.  Limit: %d.0 %s."
                            .formatted(metric, limit, region.isEmpty() ? "globally" : "in region " + region));
        }
    }

    private int usage(String project, String region, String metric) {
        return vms.all().stream()
                .filter(vm -> vm.project.equals(project) && !vm.status.equals("TERMINATED"))
                .filter(vm -> region.isEmpty() || Catalog.regionOf(vm.zone).equals(region))
                .filter(vm -> metric.equals(ALL_REGIONS)
                        || metric.equals(
                                (vm.isSpot() ? "PREEMPTIBLE_" : "") + METRICS.getOrDefault(vm.type.family(), "none")))
                .mapToInt(vm -> vm.type.gpus())
                .sum();
    }
}
