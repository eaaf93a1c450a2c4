// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.Optional;

/**
 * Where one machine is in its life. Each record carries exactly what is true there; legal changes are methods that return the next state's type. What the
 * cloud calls these states is translated by its adapter, and which machine it is stands beside the state, not in it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
    @JsonSubTypes.Type(value = MachineState.Absent.class, name = "Absent"),
    @JsonSubTypes.Type(value = MachineState.Creating.class, name = "Creating"),
    @JsonSubTypes.Type(value = MachineState.Starting.class, name = "Starting"),
    @JsonSubTypes.Type(value = MachineState.Booting.class, name = "Booting"),
    @JsonSubTypes.Type(value = MachineState.Warming.class, name = "Warming"),
    @JsonSubTypes.Type(value = MachineState.Serving.class, name = "Serving"),
    @JsonSubTypes.Type(value = MachineState.Draining.class, name = "Draining"),
    @JsonSubTypes.Type(value = MachineState.Stopping.class, name = "Stopping"),
    @JsonSubTypes.Type(value = MachineState.Stopped.class, name = "Stopped"),
    @JsonSubTypes.Type(value = MachineState.Preempted.class, name = "Preempted"),
    @JsonSubTypes.Type(value = MachineState.Suspended.class, name = "Suspended"),
    @JsonSubTypes.Type(value = MachineState.Deleting.class, name = "Deleting"),
    @JsonSubTypes.Type(value = MachineState.Failed.class, name = "Failed"),
    @JsonSubTypes.Type(value = MachineState.Unknown.class, name = "Unknown")
})
public sealed interface MachineState {

    /** When this state began. */
    Instant since();

    /** Whether the machine is on its way to serving, from the insert or start to the last check of the model. */
    default boolean isWaking() {
        return this instanceof Creating
                || this instanceof Starting
                || this instanceof Booting
                || this instanceof Warming;
    }

    /** Whether a machine may be running up hours in this state. Doubt counts. */
    default boolean isBillable() {
        return switch (this) {
            case Absent _, Stopped _, Preempted _, Suspended _, Failed _ -> false;
            case Creating _, Starting _, Booting _, Warming _, Serving _, Draining _, Stopping _, Deleting _ -> true;
            case Unknown unknown -> unknown.last().isBillable();
        };
    }

    /** There is no machine, and the cloud has said so. */
    record Absent(Instant since) implements MachineState {
        public Creating create(Instant now, boolean firstBoot) {
            return new Creating(now, now, firstBoot);
        }
    }

    /**
     * The cloud was asked to make it.
     *
     * @param wakeStarted when this attempt to wake began, the moment that the whole wake's deadline counts from
     * @param firstBoot whether it boots for the first time and has to pull its model
     */
    record Creating(Instant since, Instant wakeStarted, boolean firstBoot) implements MachineState {
        /** The cloud has taken the request only now: the time that a first boot may take counts from here. */
        public Creating accepted(Instant now) {
            return new Creating(now, now, firstBoot);
        }

        public Starting made(Instant now) {
            return new Starting(now, wakeStarted, firstBoot);
        }
    }

    /** It exists and was given power; it does not run yet, or has no address. */
    record Starting(Instant since, Instant wakeStarted, boolean firstBoot) implements MachineState {
        /** The cloud has taken the request only now. */
        public Starting accepted(Instant now) {
            return new Starting(now, wakeStarted, firstBoot);
        }

        public Booting running(Instant now) {
            return new Booting(now, wakeStarted, firstBoot);
        }
    }

    /** It runs; its guest has not answered yet with the certificates of this boot. */
    record Booting(Instant since, Instant wakeStarted, boolean firstBoot) implements MachineState {
        public Warming answering(Instant now) {
            return new Warming(now, wakeStarted, firstBoot, "booting", 0, now);
        }
    }

    /**
     * Its guest answers; the model is being pulled or loaded.
     *
     * @param stage the guest's own word for what it does
     * @param percent progress of the stage
     * @param progressAt when stage or percent last changed, from which a stall is counted
     */
    record Warming(Instant since, Instant wakeStarted, boolean firstBoot, String stage, int percent, Instant progressAt)
            implements MachineState {
        public Warming progressed(String newStage, int newPercent, Instant now) {
            return newStage.equals(stage) && newPercent == percent
                    ? this
                    : new Warming(since, wakeStarted, firstBoot, newStage, newPercent, now);
        }

        public Serving ready(Instant now) {
            return new Serving(now, Optional.empty());
        }
    }

    /**
     * The guest said that the model is loaded. The idle time counts from here at the earliest.
     *
     * @param unreachableSince since when the guest does not answer; empty while it does
     */
    record Serving(Instant since, Optional<Instant> unreachableSince) implements MachineState {
        public Draining drain(String reason, boolean forced, Instant now, Instant deadline, int openStreams) {
            return new Draining(now, since, reason, forced, deadline, openStreams);
        }

        public Serving unreachable(Instant now) {
            return unreachableSince.isPresent() ? this : new Serving(since, Optional.of(now));
        }

        public Serving reachable() {
            return unreachableSince.isEmpty() ? this : new Serving(since, Optional.empty());
        }

        /** The guest started anew by itself: it has to load its model again. */
        public Warming rebooted(Instant now) {
            return new Warming(now, now, false, "booting", 0, now);
        }
    }

    /**
     * The guest refuses new streams and finishes those it has.
     *
     * @param servingSince when it began to serve, restored if the drain is called off
     * @param forced whether it ends at the deadline even with streams open; an idle machine's drain never does
     * @param openStreams streams that were open when the guest began to refuse new ones
     */
    record Draining(
            Instant since, Instant servingSince, String reason, boolean forced, Instant deadline, int openStreams)
            implements MachineState {
        public Serving callOff() {
            return new Serving(servingSince, Optional.empty());
        }
    }

    /**
     * It is to lose its power. It is down only once the cloud says so.
     *
     * @param failed whether it is stopped because a wake failed
     */
    record Stopping(Instant since, String reason, boolean failed) implements MachineState {}

    /** Without power; its disk waits. */
    record Stopped(Instant since) implements MachineState {}

    /** Taken away by the cloud; otherwise as stopped. */
    record Preempted(Instant since) implements MachineState {}

    /** Suspended by somebody else. We neither suspend nor resume. */
    record Suspended(Instant since) implements MachineState {}

    /** The cloud was asked to remove it, because it never became a machine that serves. */
    record Deleting(Instant since, String reason) implements MachineState {}

    /**
     * It could not be brought to serving and has no power.
     *
     * @param failures how many wakes failed in a row
     * @param retryAt when to try again; empty if only a changed specification or a wake by hand helps
     * @param specGeneration the specification under which it failed
     */
    record Failed(
            Instant since, String reason, String message, int failures, Optional<Instant> retryAt, long specGeneration)
            implements MachineState {}

    /** The cloud could not be asked. Nothing is concluded and nothing is changed. */
    record Unknown(Instant since, MachineState last) implements MachineState {}
}
