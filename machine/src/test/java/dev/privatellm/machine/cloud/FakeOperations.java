// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Operations of a fake cloud: each ends at its moment; a request id that was seen before yields its first operation. */
final class FakeOperations {
    private record Operation(Instant endsAt, Optional<CloudFailure> failure) {}

    private final FakeClock clock;
    private final Map<RequestId, OperationId> byRequest = new HashMap<>();
    private final Map<OperationId, Operation> operations = new HashMap<>();
    private int count;

    FakeOperations(FakeClock clock) {
        this.clock = clock;
    }

    /** The operation of this request; begun now, unless the request was seen before. */
    OperationId once(RequestId request, Supplier<OperationId> begin) {
        OperationId known = byRequest.get(request);
        if (known != null) {
            return known;
        }
        OperationId begun = begin.get();
        byRequest.put(request, begun);
        return begun;
    }

    OperationId begin(Optional<Zone> zone, Instant endsAt, Optional<CloudFailure> failure) {
        return begin(zone, Optional.empty(), endsAt, failure);
    }

    OperationId begin(Optional<Zone> zone, Optional<String> region, Instant endsAt, Optional<CloudFailure> failure) {
        OperationId id = new OperationId("operation-" + ++count, zone, region);
        operations.put(id, new Operation(endsAt, failure));
        return id;
    }

    OperationStatus status(OperationId id) {
        Operation operation = operations.get(id);
        if (operation == null) {
            return new OperationStatus.Forgotten();
        }
        if (clock.instant().isBefore(operation.endsAt())) {
            return new OperationStatus.Running();
        }
        return operation
                .failure()
                .<OperationStatus>map(OperationStatus.Failed::new)
                .orElseGet(OperationStatus.Done::new);
    }

    /** Forgets all of them, as a cloud does after some days. */
    void forget() {
        operations.clear();
    }
}
