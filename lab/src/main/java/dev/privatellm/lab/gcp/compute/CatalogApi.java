// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.AggregatedListMachineTypesRequest;
import com.google.cloud.compute.v1.GetMachineTypeRequest;
import com.google.cloud.compute.v1.GetZoneRequest;
import com.google.cloud.compute.v1.ListMachineTypesRequest;
import com.google.cloud.compute.v1.ListZonesRequest;
import com.google.cloud.compute.v1.MachineType;
import com.google.cloud.compute.v1.MachineTypeAggregatedList;
import com.google.cloud.compute.v1.MachineTypeList;
import com.google.cloud.compute.v1.MachineTypesScopedList;
import com.google.cloud.compute.v1.Warning;
import com.google.cloud.compute.v1.Zone;
import com.google.cloud.compute.v1.ZoneList;
import dev.privatellm.lab.gcp.Catalog;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.List;

/** The methods of {@code zones} and {@code machineTypes}. */
final class CatalogApi {

    private final Catalog catalog;

    CatalogApi(Catalog catalog) {
        this.catalog = catalog;
    }

    void bind(RestService service) {
        service.on(
                        "Zones.Get",
                        GetZoneRequest.getDefaultInstance(),
                        (_, request) -> zone(request.getProject(), checked(request.getProject(), request.getZone())))
                .on("Zones.List", ListZonesRequest.getDefaultInstance(), (_, request) -> {
                    List<Zone> all = catalog.zoneNames().stream()
                            .map(name -> zone(request.getProject(), name))
                            .toList();
                    Page<Zone> page =
                            Page.of(all, request.getFilter(), request.getMaxResults(), request.getPageToken());
                    ZoneList.Builder list =
                            ZoneList.newBuilder().setKind("compute#zoneList").addAllItems(page.items());
                    return page.nextToken().isEmpty()
                            ? list.build()
                            : list.setNextPageToken(page.nextToken()).build();
                })
                .on(
                        "MachineTypes.AggregatedList",
                        AggregatedListMachineTypesRequest.getDefaultInstance(),
                        (_, request) -> everywhere(request))
                .on("MachineTypes.Get", GetMachineTypeRequest.getDefaultInstance(), (_, request) -> {
                    String zone = checked(request.getProject(), request.getZone());
                    return catalog.find(zone, request.getMachineType())
                            .map(type -> type(request.getProject(), zone, type))
                            .orElseThrow(() -> ApiError.notFound(
                                    Links.in(request.getProject(), zone, "machineTypes", request.getMachineType())));
                })
                .on("MachineTypes.List", ListMachineTypesRequest.getDefaultInstance(), (_, request) -> {
                    String zone = checked(request.getProject(), request.getZone());
                    List<MachineType> all = catalog.types().keySet().stream()
                            .sorted()
                            .flatMap(name -> catalog.find(zone, name).stream())
                            .map(type -> type(request.getProject(), zone, type))
                            .toList();
                    Page<MachineType> page =
                            Page.of(all, request.getFilter(), request.getMaxResults(), request.getPageToken());
                    MachineTypeList.Builder list = MachineTypeList.newBuilder()
                            .setKind("compute#machineTypeList")
                            .addAllItems(page.items());
                    return page.nextToken().isEmpty()
                            ? list.build()
                            : list.setNextPageToken(page.nextToken()).build();
                });
    }

    /** https://cloud.google.com/compute/docs/reference/rest/v1/machineTypes/aggregatedList: by zone, those without results with a warning. */
    private MachineTypeAggregatedList everywhere(AggregatedListMachineTypesRequest request) {
        List<MachineType> all = catalog.zoneNames().stream()
                .flatMap(zone -> catalog.types().keySet().stream()
                        .sorted()
                        .flatMap(name -> catalog.find(zone, name).stream())
                        .map(type -> type(request.getProject(), zone, type)))
                .toList();
        Page<MachineType> page = Page.of(all, request.getFilter(), request.getMaxResults(), request.getPageToken());
        MachineTypeAggregatedList.Builder list =
                MachineTypeAggregatedList.newBuilder().setKind("compute#machineTypeAggregatedList");
        for (String zone : catalog.zoneNames()) {
            List<MachineType> here = page.items().stream()
                    .filter(type -> type.getZone().equals(zone))
                    .toList();
            list.putItems(
                    "zones/" + zone,
                    here.isEmpty()
                            ? MachineTypesScopedList.newBuilder()
                                    .setWarning(Warning.newBuilder()
                                            .setCode("NO_RESULTS_ON_PAGE")
                                            .setMessage("There are no results for scope 'zones/%s' on this page."
                                                    .formatted(zone)))
                                    .build()
                            : MachineTypesScopedList.newBuilder()
                                    .addAllMachineTypes(here)
                                    .build());
        }
        return page.nextToken().isEmpty()
                ? list.build()
                : list.setNextPageToken(page.nextToken()).build();
    }

    private String checked(String project, String zone) {
        if (!catalog.zones().containsKey(zone)) {
            throw ApiError.notFound(Links.zone(project, zone));
        }
        return zone;
    }

    private static Zone zone(String project, String name) {
        return Zone.newBuilder()
                .setKind("compute#zone")
                .setId(1000L + Math.floorMod(name.hashCode(), 9000))
                .setName(name)
                .setStatus("UP")
                .setRegion(Links.self(Links.project(project) + "/regions/" + Catalog.regionOf(name)))
                .setSelfLink(Links.self(Links.zone(project, name)))
                .build();
    }

    private static MachineType type(String project, String zone, Catalog.Type type) {
        return MachineType.newBuilder()
                .setKind("compute#machineType")
                .setId(100_000L + Math.floorMod(type.name().hashCode(), 900_000))
                .setName(type.name())
                .setGuestCpus(type.cpus())
                .setMemoryMb(type.cpus() * 4096)
                .setZone(zone)
                .setSelfLink(Links.self(Links.in(project, zone, "machineTypes", type.name())))
                .build();
    }
}
