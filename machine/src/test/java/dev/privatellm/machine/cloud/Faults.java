// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What goes wrong, and what was called. Faults are told apart by when they strike: before the effect, after it (the answer is lost), or in the operation that
 * the call began. Each strikes once, the first planned first.
 */
public final class Faults {
    /** When a fault strikes. */
    public enum Moment {
        BEFORE,
        AFTER,
        OPERATION
    }

    /** Told of every call, before and after its effect; may throw to play a crash. */
    @FunctionalInterface
    public interface Witness {
        void at(Moment moment, String call);
    }

    private record Fault(String call, Moment moment, RuntimeException failure) {}

    private final List<Fault> planned = new ArrayList<>();
    private final Map<String, RuntimeException> standing = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private Witness witness = (moment, call) -> {};

    /** The next call of this name fails and has no effect. */
    public void failNext(String call, RuntimeException failure) {
        planned.add(new Fault(call, Moment.BEFORE, failure));
    }

    /** Every call of this name fails and has no effect, until {@link #recover}. */
    public void failEvery(String call, RuntimeException failure) {
        standing.put(call, failure);
    }

    /** Calls of this name have their effect again. */
    public void recover(String call) {
        standing.remove(call);
    }

    /** The next call of this name has its effect, but nobody learns of it. */
    public void loseNextAnswer(String call) {
        planned.add(new Fault(call, Moment.AFTER, lost()));
    }

    /** The operation of the next call of this name ends with this failure and without effect. */
    public void failNextOperation(String call, CloudFailure failure) {
        planned.add(new Fault(call, Moment.OPERATION, failure));
    }

    /** What a caller sees whose answer was lost. */
    public static CloudFailure lost() {
        return new CloudFailure.Unavailable("CONNECTION_RESET", "answer lost", Optional.empty(), null);
    }

    /** A zone that has nothing now. */
    public static CloudFailure stockout() {
        return new CloudFailure.InsufficientCapacity(
                "ZONE_RESOURCE_POOL_EXHAUSTED", "nothing left", CloudFailure.InsufficientCapacity.Scope.OFFERING, null);
    }

    /** A right that is missing. */
    public static CloudFailure denied() {
        return new CloudFailure.PermissionDenied("IAM_PERMISSION_DENIED", "compute.instances.create is missing", null);
    }

    public void watchedBy(Witness newWitness) {
        witness = newWitness;
    }

    /** Names of all calls in order, reads included. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** How often a call was made. */
    public long count(String call) {
        return calls.stream().filter(call::equals).count();
    }

    /** Makes a call of this name, unless it is to fail. */
    public <T> T call(String name, Supplier<T> effect) {
        calls.add(name);
        RuntimeException always = standing.get(name);
        if (always != null) {
            throw always;
        }
        strike(name, Moment.BEFORE);
        witness.at(Moment.BEFORE, name);
        T result = effect.get();
        witness.at(Moment.AFTER, name);
        strike(name, Moment.AFTER);
        return result;
    }

    Optional<CloudFailure> operationFailure(String name) {
        return take(name, Moment.OPERATION).map(CloudFailure.class::cast);
    }

    private void strike(String name, Moment moment) {
        take(name, moment).ifPresent(failure -> {
            throw failure;
        });
    }

    private Optional<RuntimeException> take(String name, Moment moment) {
        for (Fault fault : planned) {
            if (fault.call().equals(name) && fault.moment() == moment) {
                planned.remove(fault);
                return Optional.of(fault.failure());
            }
        }
        return Optional.empty();
    }
}
