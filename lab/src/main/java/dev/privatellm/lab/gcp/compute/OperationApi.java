// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.GetGlobalOperationRequest;
import com.google.cloud.compute.v1.GetRegionOperationRequest;
import com.google.cloud.compute.v1.GetZoneOperationRequest;
import com.google.cloud.compute.v1.ListGlobalOperationsRequest;
import com.google.cloud.compute.v1.ListRegionOperationsRequest;
import com.google.cloud.compute.v1.ListZoneOperationsRequest;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.OperationList;
import com.google.cloud.compute.v1.WaitGlobalOperationRequest;
import com.google.cloud.compute.v1.WaitRegionOperationRequest;
import com.google.cloud.compute.v1.WaitZoneOperationRequest;
import dev.privatellm.lab.gcp.rest.RestService;

/** The methods of {@code zoneOperations}, {@code regionOperations} and {@code globalOperations}. */
final class OperationApi {

    private static final String GLOBAL = OperationRequest.GLOBAL;

    private OperationApi() {}

    static void bind(RestService service, Operations operations) {
        service.on(
                        "ZoneOperations.Get",
                        GetZoneOperationRequest.getDefaultInstance(),
                        (_, request) -> operations
                                .find(request.getProject(), "zones/" + request.getZone(), request.getOperation())
                                .now())
                .on(
                        "ZoneOperations.Wait",
                        WaitZoneOperationRequest.getDefaultInstance(),
                        (_, request) -> operations.await(operations.find(
                                request.getProject(), "zones/" + request.getZone(), request.getOperation())))
                .on(
                        "ZoneOperations.List",
                        ListZoneOperationsRequest.getDefaultInstance(),
                        (_, request) -> list(Page.of(
                                operations.list(request.getProject(), "zones/" + request.getZone()),
                                request.getFilter(),
                                request.getMaxResults(),
                                request.getPageToken())))
                .on(
                        "RegionOperations.Get",
                        GetRegionOperationRequest.getDefaultInstance(),
                        (_, request) -> operations
                                .find(request.getProject(), "regions/" + request.getRegion(), request.getOperation())
                                .now())
                .on(
                        "RegionOperations.Wait",
                        WaitRegionOperationRequest.getDefaultInstance(),
                        (_, request) -> operations.await(operations.find(
                                request.getProject(), "regions/" + request.getRegion(), request.getOperation())))
                .on(
                        "RegionOperations.List",
                        ListRegionOperationsRequest.getDefaultInstance(),
                        (_, request) -> list(Page.of(
                                operations.list(request.getProject(), "regions/" + request.getRegion()),
                                request.getFilter(),
                                request.getMaxResults(),
                                request.getPageToken())))
                .on(
                        "GlobalOperations.Get",
                        GetGlobalOperationRequest.getDefaultInstance(),
                        (_, request) -> operations
                                .find(request.getProject(), GLOBAL, request.getOperation())
                                .now())
                .on(
                        "GlobalOperations.Wait",
                        WaitGlobalOperationRequest.getDefaultInstance(),
                        (_, request) ->
                                operations.await(operations.find(request.getProject(), GLOBAL, request.getOperation())))
                .on(
                        "GlobalOperations.List",
                        ListGlobalOperationsRequest.getDefaultInstance(),
                        (_, request) -> list(Page.of(
                                operations.list(request.getProject(), GLOBAL),
                                request.getFilter(),
                                request.getMaxResults(),
                                request.getPageToken())));
    }

    private static OperationList list(Page<Operation> page) {
        OperationList.Builder list =
                OperationList.newBuilder().setKind("compute#operationList").addAllItems(page.items());
        return page.nextToken().isEmpty()
                ? list.build()
                : list.setNextPageToken(page.nextToken()).build();
    }
}
