// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.Error;
import com.google.cloud.compute.v1.Errors;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.Operation.Status;
import dev.privatellm.lab.gcp.record.FaultCodes;
import dev.privatellm.lab.gcp.record.FaultRule;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The operations of all projects. Each goes from PENDING over RUNNING to DONE, with or without an error inside; a request id that was seen before for the
 * same method gets the operation that it made then. Thread-safe.
 */
final class Operations {

    /** Longest that one call of {@code wait} waits, as documented: 2 minutes. */
    static final Duration MAX_WAIT = Duration.ofMinutes(2);

    /** Operations kept; the cloud keeps them for weeks. */
    static final int MAX_KEPT = 50_000;

    private final Ground ground;
    private final LinkedHashMap<String, Running> byName = new LinkedHashMap<>();
    private final Map<String, Running> byRequest = new LinkedHashMap<>();

    Operations(Ground ground) {
        this.ground = ground;
    }

    /** One operation, driven by who began it. */
    final class Running {
        private final OperationRequest request;
        private Operation now;

        private Running(OperationRequest request, Operation now) {
            this.request = request;
            this.now = now;
        }

        /** As it stands. */
        Operation now() {
            synchronized (Operations.this) {
                return now;
            }
        }

        void running() {
            change(
                    Status.RUNNING,
                    op -> op.setStartTime(Links.time(ground.clock().instant())));
        }

        void done() {
            change(Status.DONE, op -> end(op));
        }

        /** Ends it with an error inside. */
        void fail(String code, String message) {
            int http = FaultCodes.http(code);
            change(
                    Status.DONE,
                    op -> end(op).setHttpErrorStatusCode(http)
                            .setHttpErrorMessage(phrase(http))
                            .setError(Error.newBuilder()
                                    .addErrors(Errors.newBuilder().setCode(code).setMessage(message))));
        }

        private Operation.Builder end(Operation.Builder op) {
            String time = Links.time(ground.clock().instant());
            return (op.hasStartTime() ? op : op.setStartTime(time))
                    .setEndTime(time)
                    .setProgress(100);
        }

        private void change(Status status, java.util.function.UnaryOperator<Operation.Builder> edit) {
            synchronized (Operations.this) {
                if (now.getStatus() != Status.DONE) {
                    now = edit.apply(now.toBuilder().setStatus(status)).build();
                    Operations.this.notifyAll();
                }
            }
        }
    }

    /** The operation that this request id made before, if it did. A request id that is none is refused. */
    synchronized Optional<Operation> replay(String project, String rpc, String requestId) {
        if (!OperationRequest.isRequestId(requestId)) {
            throw ApiError.invalidField("requestId", requestId, "Must be a UUID other than zero.");
        }
        return requestId.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(byRequest.get(key(project, rpc, requestId)))
                        .map(Running::now);
    }

    /** A new one, PENDING; somebody must drive it on. */
    synchronized Running begin(OperationRequest request) {
        Instant now = ground.clock().instant();
        long id = ground.newId();
        String name = "operation-%d-%013x-%08x"
                .formatted(now.toEpochMilli(), id >>> 12, ground.random().nextInt());
        String scope = Links.at(request.project(), request.location());
        Operation.Builder operation = Operation.newBuilder()
                .setKind("compute#operation")
                .setId(id)
                .setName(name)
                .setOperationType(request.type())
                .setTargetLink(Links.self(request.target()))
                .setTargetId(request.targetId())
                .setUser(request.user())
                .setStatus(Status.PENDING)
                .setProgress(0)
                .setInsertTime(Links.time(now))
                .setSelfLink(Links.self(scope + "/operations/" + name));
        if (!request.zone().isEmpty()) {
            operation.setZone(Links.self(Links.zone(request.project(), request.zone())));
        }
        if (!request.region().isEmpty()) {
            operation.setRegion(Links.self(Links.region(request.project(), request.region())));
        }
        if (!request.requestId().isEmpty()) {
            operation.setClientOperationId(request.requestId());
        }
        Running running = new Running(request, operation.build());
        byName.put(name, running);
        if (!request.requestId().isEmpty()) {
            byRequest.put(key(request.project(), request.rpc(), request.requestId()), running);
        }
        if (byName.size() > MAX_KEPT) {
            byName.remove(byName.firstEntry().getKey());
        }
        return running;
    }

    /** One that changes something without a life of its own: after a while the effect takes place, or the fault that is due does. */
    Operation quick(OperationRequest request, Runnable effect) {
        return quick(request, effect, () -> {});
    }

    /**
     * The same for something that could be seen before.
     *
     * @param undo makes it unseen again, if the operation fails
     */
    Operation quick(OperationRequest request, Runnable effect, Runnable undo) {
        Optional<FaultRule> fault = ground.faults().onOperation(request.rpc(), request.zone(), "");
        Running running = begin(request);
        ground.timeline().after(ground.pace().pending(), () -> {
            running.running();
            ground.timeline().after(ground.pace().quick(), () -> {
                if (fault.isPresent()) {
                    synchronized (ground.lock()) {
                        undo.run();
                    }
                    running.fail(fault.get().code(), message(fault.get(), request));
                    return;
                }
                try {
                    synchronized (ground.lock()) {
                        effect.run();
                    }
                    running.done();
                } catch (ApiError e) {
                    running.fail(code(e), String.valueOf(e.getMessage()));
                }
            });
        });
        return running.now();
    }

    /** What an operation calls an error that a call would answer with. */
    private static String code(ApiError error) {
        return switch (error.reason()) {
            case "conditionNotMet" -> "CONDITION_NOT_MET";
            case "resourceInUseByAnotherResource" -> "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE";
            default -> "INVALID_USAGE";
        };
    }

    /** What the cloud did on its own account, done already. */
    void system(OperationRequest request) {
        Running running = begin(request);
        running.running();
        running.done();
    }

    /** Text of an operation's error, as the service words the common ones. */
    static String message(FaultRule fault, OperationRequest request) {
        if (!fault.message().isEmpty()) {
            return fault.message();
        }
        if (fault.code().startsWith("ZONE_RESOURCE_POOL_EXHAUSTED")
                || fault.code().equals("STOCKOUT")) {
            return "The zone '%s' does not have enough resources available to fulfill the request.  Try a different zone, or try again later."
                    .formatted(Links.zone(request.project(), request.zone()));
        }
        if (fault.code().equals("QUOTA_EXCEEDED")) {
            return "Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: 0.0 globally.";
        }
        return "The operation ended with " + fault.code() + ".";
    }

    /** The one of that name in that scope. */
    synchronized Running find(String project, String location, String name) {
        Running running = byName.get(name);
        if (running == null
                || !running.request.project().equals(project)
                || !running.request.location().equals(location)) {
            throw ApiError.notFound(Links.at(project, location) + "/operations/" + name);
        }
        return running;
    }

    /** Waits until it is done, for {@link #MAX_WAIT} at most. */
    synchronized Operation await(Running running) throws InterruptedException {
        long deadline = System.nanoTime() + MAX_WAIT.toNanos();
        long left = MAX_WAIT.toMillis();
        while (running.now.getStatus() != Status.DONE && left > 0) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
        return running.now;
    }

    /** All of a scope, newest first. */
    synchronized List<Operation> list(String project, String location) {
        List<Operation> operations = new ArrayList<>();
        byName.sequencedValues().reversed().forEach(running -> {
            if (running.request.project().equals(project)
                    && running.request.location().equals(location)) {
                operations.add(running.now);
            }
        });
        return operations;
    }

    private static String key(String project, String rpc, String requestId) {
        return project + " " + rpc + " " + requestId;
    }

    private static String phrase(int http) {
        return switch (http) {
            case 400 -> "BAD REQUEST";
            case 403 -> "FORBIDDEN";
            case 404 -> "NOT FOUND";
            case 409 -> "CONFLICT";
            case 412 -> "PRECONDITION FAILED";
            case 500 -> "INTERNAL SERVER ERROR";
            default -> "SERVICE UNAVAILABLE";
        };
    }
}
