// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.iam;

import com.google.api.HttpRule;
import com.google.api.serviceusage.v1.BatchEnableServicesRequest;
import com.google.api.serviceusage.v1.BatchEnableServicesResponse;
import com.google.api.serviceusage.v1.BatchGetServicesRequest;
import com.google.api.serviceusage.v1.BatchGetServicesResponse;
import com.google.api.serviceusage.v1.Service;
import com.google.api.serviceusage.v1.ServiceUsageProto;
import com.google.api.serviceusage.v1.State;
import com.google.longrunning.GetOperationRequest;
import com.google.longrunning.Operation;
import com.google.longrunning.OperationsProto;
import com.google.protobuf.Any;
import dev.privatellm.lab.gcp.Lags;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.ApiSwitch;
import dev.privatellm.lab.gcp.rest.RestService;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Service Usage v1 as far as it enables APIs: https://cloud.google.com/service-usage/docs/enable-disable. An API that is not enabled answers every call as
 * https://cloud.google.com/service-usage/docs/troubleshooting says. Service Usage itself is taken for enabled: without it nobody could begin.
 */
public final class EnabledApis implements ApiSwitch {

    /** The APIs that this cloud has, by the names that people know them by. */
    private static final Map<String, String> TITLES = Map.of(
            "compute.googleapis.com", "Compute Engine API",
            "secretmanager.googleapis.com", "Secret Manager API",
            "iam.googleapis.com", "Identity and Access Management (IAM) API",
            "storage.googleapis.com", "Cloud Storage API",
            "cloudresourcemanager.googleapis.com", "Cloud Resource Manager API",
            "cloudkms.googleapis.com", "Cloud Key Management Service (KMS) API");

    private static final Pattern NAME = Pattern.compile("projects/([^/]+)/services/([^/]+)");
    private static final Pattern PARENT = Pattern.compile("projects/([^/]+)");

    /** Reference of {@code services.batchGet} and {@code services.batchEnable}. */
    private static final int MAX_GET = 30;

    private static final int MAX_ENABLE = 20;

    private final Clock clock;
    private final Lags lags;
    private final ToLongFunction<String> projectNumber;
    private final boolean areAllEnabled;
    private final Map<String, Instant> enabledFrom = new HashMap<>();
    private final Map<String, Instant> operations = new HashMap<>();
    private final RestService service =
            new RestService(ServiceUsageProto.getDescriptor(), ServiceIdentities::authorize);
    private final RestService polls = RestService.mixin(
            OperationsProto.getDescriptor(),
            Map.of(
                    "Operations.GetOperation",
                    List.of(HttpRule.newBuilder()
                            .setGet("/v1/{name=operations/*}")
                            .build())),
            ServiceIdentities::authorize);

    /**
     * @param projectNumber number of a project, given by id or number
     * @param areAllEnabled whether every project has every API from the start
     */
    public EnabledApis(Clock clock, Lags lags, ToLongFunction<String> projectNumber, boolean areAllEnabled) {
        this.clock = clock;
        this.lags = lags;
        this.projectNumber = projectNumber;
        this.areAllEnabled = areAllEnabled;
        service.on(
                        "ServiceUsage.BatchGetServices",
                        BatchGetServicesRequest.getDefaultInstance(),
                        (_, request) -> batchGet(request))
                .on(
                        "ServiceUsage.BatchEnableServices",
                        BatchEnableServicesRequest.getDefaultInstance(),
                        (_, request) -> batchEnable(request));
        polls.on("Operations.GetOperation", GetOperationRequest.getDefaultInstance(), (_, request) -> get(request));
    }

    /** Its methods. */
    public List<RestService> services() {
        return List.of(service, polls);
    }

    @Override
    public synchronized void check(String api, String project) {
        long number = projectNumber.applyAsLong(project);
        if (TITLES.containsKey(api) && !isEnabled(number, api)) {
            throw ApiError.disabled(api, number, """
                    %s has not been used in project %d before or it is disabled. Enable it by visiting \
                    https://console.developers.google.com/apis/api/%s/overview?project=%d then retry. If you enabled this API recently, wait a few \
                    minutes for the action to propagate to our systems and retry.""".formatted(TITLES.get(api), number, api, number));
        }
    }

    private boolean isEnabled(long number, String api) {
        Instant from = enabledFrom.get(number + "/" + api);
        return areAllEnabled || (from != null && !from.isAfter(clock.instant()));
    }

    private synchronized BatchGetServicesResponse batchGet(BatchGetServicesRequest request) {
        bound("names", request.getNamesCount(), MAX_GET);
        BatchGetServicesResponse.Builder answer = BatchGetServicesResponse.newBuilder();
        request.getNamesList().forEach(name -> {
            Matcher matcher = NAME.matcher(name);
            if (!matcher.matches() || !name.startsWith(request.getParent() + "/")) {
                throw ApiError.invalid("Invalid name of a service: " + name);
            }
            long number = projectNumber.applyAsLong(matcher.group(1));
            String api = known(matcher.group(2));
            answer.addServices(Service.newBuilder()
                    .setName("projects/%d/services/%s".formatted(number, api))
                    .setParent("projects/" + number)
                    .setState(isEnabled(number, api) ? State.ENABLED : State.DISABLED));
        });
        return answer.build();
    }

    private synchronized Operation batchEnable(BatchEnableServicesRequest request) {
        Matcher parent = PARENT.matcher(request.getParent());
        if (!parent.matches()) {
            throw ApiError.invalid("Invalid parent: " + request.getParent());
        }
        bound("service_ids", request.getServiceIdsCount(), MAX_ENABLE);
        long number = projectNumber.applyAsLong(parent.group(1));
        Instant from = clock.instant().plus(lags.grants());
        Set.copyOf(request.getServiceIdsList())
                .forEach(api -> enabledFrom.putIfAbsent(number + "/" + known(api), from));
        String name = "operations/acat.p2-%d-%d".formatted(number, operations.size() + 1);
        operations.put(name, from);
        return view(name);
    }

    private synchronized Operation get(GetOperationRequest request) {
        if (!operations.containsKey(request.getName())) {
            throw ApiError.of(404, "notFound", "Operation not found: " + request.getName());
        }
        return view(request.getName());
    }

    private Operation view(String name) {
        boolean isDone = !clock.instant().isBefore(operations.getOrDefault(name, Instant.EPOCH));
        Operation.Builder operation = Operation.newBuilder().setName(name).setDone(isDone);
        return isDone
                ? operation
                        .setResponse(Any.pack(BatchEnableServicesResponse.getDefaultInstance()))
                        .build()
                : operation.build();
    }

    private static void bound(String field, int count, int most) {
        if (count < 1 || count > most) {
            throw ApiError.invalid("%s: %d (expected: 1 to %d)".formatted(field, count, most));
        }
    }

    private static String known(String api) {
        if (!TITLES.containsKey(api)) {
            throw ApiError.of(
                    403,
                    "SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED",
                    "Not found or permission denied for service(s): " + api + ".");
        }
        return api;
    }
}
