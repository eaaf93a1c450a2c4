// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.compute.v1.AggregatedListMachineTypesRequest;
import com.google.cloud.compute.v1.GetFromFamilyImageRequest;
import com.google.cloud.compute.v1.GetProjectRequest;
import com.google.cloud.compute.v1.GetRegionRequest;
import com.google.cloud.compute.v1.Image;
import com.google.cloud.compute.v1.MachineTypeAggregatedList;
import com.google.cloud.compute.v1.MachineTypesScopedList;
import com.google.cloud.compute.v1.Quota;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.GpuLimits;
import dev.privatellm.machine.cloud.MachineType;
import dev.privatellm.machine.cloud.MachineTypes;
import dev.privatellm.machine.cloud.ProjectProvider;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * {@link ProjectProvider} on Compute Engine and Resource Manager. Quotas are those of
 * <a href="https://cloud.google.com/compute/resource-usage">projects and regions</a>; kinds of GPUs whose quota is kept elsewhere are not limited here.
 */
final class GoogleProject implements ProjectProvider {
    /** Zones gain machine types a few times in a year. */
    private static final Duration ZONES_KEPT = Duration.ofHours(1);

    private static final String ALL_REGIONS = "GPUS_ALL_REGIONS";
    private static final String QUOTA_PAGE = "https://console.cloud.google.com/iam-admin/quotas?project=";

    private final GoogleClients clients;
    private final String project;
    private final String networkProject;
    private final Clock clock;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    private record Kept(SortedSet<Zone> zones, Instant at) {}

    GoogleProject(GoogleClients clients, String project, String networkProject, Clock clock) {
        this.clients = clients;
        this.project = project;
        this.networkProject = networkProject;
        this.clock = clock;
    }

    @Override
    public Map<String, SortedSet<Zone>> zonesOf(Set<String> machineTypes) {
        Map<String, SortedSet<Zone>> all = new HashMap<>();
        machineTypes.forEach(type -> all.put(type, zonesOf(type)));
        return all;
    }

    private SortedSet<Zone> zonesOf(String machineType) {
        Kept known = kept.get(machineType);
        if (known != null && clock.instant().isBefore(known.at().plus(ZONES_KEPT))) {
            return known.zones();
        }
        AggregatedListMachineTypesRequest request = AggregatedListMachineTypesRequest.newBuilder()
                .setProject(project)
                .setFilter("name = \"%s\"".formatted(machineType))
                .setReturnPartialSuccess(false)
                .build();
        SortedSet<Zone> zones = Pages.all(
                        () -> clients.machineTypes().aggregatedListCallable(),
                        request,
                        (first, token) -> first.toBuilder().setPageToken(token).build(),
                        GoogleProject::complete,
                        MachineTypeAggregatedList::getNextPageToken)
                .stream()
                .flatMap(page -> page.getItemsMap().values().stream())
                .flatMap(scope -> scope.getMachineTypesList().stream())
                .filter(type -> type.getName().equals(machineType))
                .map(type -> new Zone(InstanceTranslation.lastSegment(type.getZone())))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!zones.isEmpty()) {
            kept.put(machineType, new Kept(zones, clock.instant()));
        }
        return zones;
    }

    private static MachineTypeAggregatedList complete(MachineTypeAggregatedList page) {
        Pages.requireReached(page.getUnreachablesList());
        Pages.requireReached(page.getWarning());
        page.getItemsMap().values().stream()
                .map(MachineTypesScopedList::getWarning)
                .forEach(Pages::requireReached);
        return page;
    }

    @Override
    public GpuLimits gpuLimits(Set<String> regions) {
        Map<String, GpuLimits.Limit> whole = limits(GoogleErrors.calling(() -> clients.projects()
                        .get(GetProjectRequest.newBuilder().setProject(project).build()))
                .getQuotasList());
        Map<GpuLimits.Pool, GpuLimits.Limit> pools = new HashMap<>();
        regions.forEach(region -> addPools(region, pools));
        return new GpuLimits(Optional.ofNullable(whole.get(ALL_REGIONS)), pools, QUOTA_PAGE + project);
    }

    private void addPools(String region, Map<GpuLimits.Pool, GpuLimits.Limit> pools) {
        GetRegionRequest request = GetRegionRequest.newBuilder()
                .setProject(project)
                .setRegion(region)
                .build();
        Map<String, GpuLimits.Limit> limits;
        try {
            limits = limits(
                    GoogleErrors.calling(() -> clients.regions().get(request)).getQuotasList());
        } catch (CloudFailure.NotFound noSuchRegion) {
            return;
        }
        for (String gpu : MachineTypes.all().stream().map(MachineType::gpu).collect(Collectors.toSet())) {
            String metric = "NVIDIA_%s_GPUS".formatted(gpu.replace(' ', '_'));
            Optional.ofNullable(limits.get(metric))
                    .ifPresent(limit -> pools.put(new GpuLimits.Pool(region, gpu, ProvisioningModel.STANDARD), limit));
            spot(limits, metric)
                    .ifPresent(limit -> pools.put(new GpuLimits.Pool(region, gpu, ProvisioningModel.SPOT), limit));
        }
    }

    /** Spot machines use the standard quota as long as a project was given no preemptible one. */
    private static Optional<GpuLimits.Limit> spot(Map<String, GpuLimits.Limit> limits, String metric) {
        return Optional.ofNullable(limits.get("PREEMPTIBLE_" + metric))
                .filter(limit -> limit.gpus() > 0)
                .or(() -> Optional.ofNullable(limits.get(metric)));
    }

    private static Map<String, GpuLimits.Limit> limits(List<Quota> quotas) {
        return quotas.stream()
                .map(quota -> new GpuLimits.Limit(
                        quota.getMetric(), (int) quota.getLimit(), (int) Math.ceil(quota.getUsage())))
                .collect(Collectors.toMap(
                        GpuLimits.Limit::name,
                        limit -> limit,
                        (one, other) -> one.gpus() >= other.gpus() ? one : other));
    }

    /** Deprecated images are never the newest of theirs (<a href="https://cloud.google.com/compute/docs/reference/rest/v1/images/getFromFamily">getFromFamily</a>). */
    @Override
    public Optional<String> image(String name) {
        Optional<ImageName.Family> family = ImageName.family(name);
        return family.isEmpty() ? Optional.of(name) : family.flatMap(this::newest);
    }

    private Optional<String> newest(ImageName.Family family) {
        GetFromFamilyImageRequest request = GetFromFamilyImageRequest.newBuilder()
                .setProject(family.project())
                .setFamily(family.family())
                .build();
        try {
            Image image = GoogleErrors.about(
                    "images/family/" + family.family(), () -> clients.images().getFromFamily(request));
            return Optional.of("projects/%s/global/images/%s".formatted(family.project(), image.getName()));
        } catch (CloudFailure.NotFound e) {
            return Optional.empty();
        }
    }

    /** In a project whose networks are another one's, what firewall rules need is asked of that one, and told with its name. */
    @Override
    public SortedSet<String> missingPermissions(Set<Task> tasks) {
        if (networkProject.equals(project) || !tasks.contains(Task.FIREWALL)) {
            return missing(project, tasks);
        }
        Set<Task> others = EnumSet.copyOf(tasks);
        others.remove(Task.FIREWALL);
        SortedSet<String> missing = missing(project, others);
        missing(networkProject, EnumSet.of(Task.FIREWALL))
                .forEach(permission -> missing.add("%s (in %s)".formatted(permission, networkProject)));
        return missing;
    }

    /** Where Resource Manager is not enabled, not ours to ask or does not answer, each call finds out for itself. */
    private SortedSet<String> missing(String where, Set<Task> tasks) {
        SortedSet<String> missing = GooglePermissions.of(tasks);
        if (missing.isEmpty()) {
            return missing;
        }
        try {
            missing.removeAll(GoogleErrors.calling(
                    clients.restCalls(),
                    "resourcemanager",
                    () -> clients.resourceManager().granted(where, missing)));
        } catch (CloudFailure nobodyTells) {
            return new TreeSet<>();
        }
        return missing;
    }
}
