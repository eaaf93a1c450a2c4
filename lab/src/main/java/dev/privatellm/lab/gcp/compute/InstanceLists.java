// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.AggregatedListInstancesRequest;
import com.google.cloud.compute.v1.Data;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.InstanceAggregatedList;
import com.google.cloud.compute.v1.InstanceList;
import com.google.cloud.compute.v1.InstancesScopedList;
import com.google.cloud.compute.v1.ListInstancesRequest;
import com.google.cloud.compute.v1.Warning;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lists of instances, of a zone and of all. */
final class InstanceLists {

    private final Ground ground;
    private final VmTable vms;

    InstanceLists(Ground ground, VmTable vms) {
        this.ground = ground;
        this.vms = vms;
    }

    void bind(RestService service) {
        service.on("Instances.List", ListInstancesRequest.getDefaultInstance(), (_, request) -> list(request))
                .on(
                        "Instances.AggregatedList",
                        AggregatedListInstancesRequest.getDefaultInstance(),
                        (_, request) -> aggregatedList(request));
    }

    private InstanceList list(ListInstancesRequest request) {
        List<Instance> all;
        synchronized (ground.lock()) {
            vms.checkZone(request.getProject(), request.getZone());
            all = vms.listed(request.getProject(), request.getZone());
        }
        Page<Instance> page = Page.of(all, request.getFilter(), request.getMaxResults(), request.getPageToken());
        InstanceList.Builder list = InstanceList.newBuilder()
                .setKind("compute#instanceList")
                .setId(Links.zone(request.getProject(), request.getZone()) + "/instances")
                .setSelfLink(Links.self(Links.zone(request.getProject(), request.getZone()) + "/instances"))
                .addAllItems(page.items());
        return page.nextToken().isEmpty()
                ? list.build()
                : list.setNextPageToken(page.nextToken()).build();
    }

    /** Every zone is in the answer; one without results says so in a warning. */
    private InstanceAggregatedList aggregatedList(AggregatedListInstancesRequest request) {
        List<Instance> all = new ArrayList<>();
        synchronized (ground.lock()) {
            for (String zone : ground.catalog().zoneNames()) {
                all.addAll(vms.listed(request.getProject(), zone));
            }
        }
        Page<Instance> page = Page.of(all, request.getFilter(), request.getMaxResults(), request.getPageToken());
        Map<String, InstancesScopedList.Builder> scopes = new HashMap<>();
        for (String zone : ground.catalog().zoneNames()) {
            scopes.put("zones/" + zone, InstancesScopedList.newBuilder());
        }
        for (Instance instance : page.items()) {
            String link = instance.getZone();
            scopes.computeIfAbsent(link.substring(link.lastIndexOf("zones/")), _ -> InstancesScopedList.newBuilder())
                    .addInstances(instance);
        }
        InstanceAggregatedList.Builder list = InstanceAggregatedList.newBuilder()
                .setKind("compute#instanceAggregatedList")
                .setId(Links.project(request.getProject()) + "/aggregated/instances")
                .setSelfLink(Links.self(Links.project(request.getProject()) + "/aggregated/instances"));
        scopes.forEach((scope, content) -> list.putItems(scope, withWarning(scope, content)));
        return page.nextToken().isEmpty()
                ? list.build()
                : list.setNextPageToken(page.nextToken()).build();
    }

    private static InstancesScopedList withWarning(String scope, InstancesScopedList.Builder content) {
        if (content.getInstancesCount() > 0) {
            return content.build();
        }
        return content.setWarning(Warning.newBuilder()
                        .setCode("NO_RESULTS_ON_PAGE")
                        .setMessage("There are no results for scope '" + scope + "' on this page.")
                        .addData(Data.newBuilder().setKey("scope").setValue(scope)))
                .build();
    }
}
