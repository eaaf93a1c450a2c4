// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** APIs of a project in which none was ever enabled. */
public final class FakeApis implements ApiProvider {
    private final FakeClock clock;
    private final Faults faults;
    private final FakeOperations operations;
    private final Set<Api> enabled = EnumSet.noneOf(Api.class);
    private List<String> refused = List.of();
    private Duration pace = Duration.ofSeconds(1);

    FakeApis(FakeClock clock, Faults faults) {
        this.clock = clock;
        this.faults = faults;
        this.operations = new FakeOperations(clock);
    }

    /** For so long it takes to enable something from now on. */
    public void pace(Duration time) {
        pace = time;
    }

    /** Until something is enabled, these calls are refused. */
    public void refusesUntilEnabled(List<String> calls) {
        refused = List.copyOf(calls);
        calls.forEach(call -> faults.failEvery(
                call, new CloudFailure.ApiDisabled("SERVICE_DISABLED", "the API is not enabled", null)));
    }

    /** All that somebody enabled. */
    public Set<Api> enabled() {
        return Set.copyOf(enabled);
    }

    @Override
    public boolean areEnabled(Set<Api> apis) {
        return faults.call("areEnabled", () -> enabled.containsAll(apis));
    }

    @Override
    public OperationId enable(Set<Api> apis) {
        return faults.call("enable", () -> {
            Optional<CloudFailure> failure = faults.operationFailure("enable");
            if (failure.isEmpty()) {
                enabled.addAll(apis);
                refused.forEach(faults::recover);
            }
            return operations.begin(Optional.empty(), clock.instant().plus(pace), failure);
        });
    }

    @Override
    public OperationStatus operation(OperationId id) {
        return faults.call("apiOperation", () -> operations.status(id));
    }
}
