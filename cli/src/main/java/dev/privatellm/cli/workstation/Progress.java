// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.privatellm.controller.status.Phase;
import dev.privatellm.controller.status.ResourceStatus;
import dev.privatellm.controller.status.ResourceStatus.BootStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * How the machine stands at one moment, for a line that people follow. A new one is told whenever any part but the time differs.
 *
 * @param stage step of the wake under way; empty while none is
 * @param percent progress within the stage; empty while none is
 * @param wakeStarted when the wake under way began; empty while none is
 * @param etaP50Seconds seconds until serving that half of the past wakes needed less than; empty before there were any
 * @param wakeWanted whether a wake is wanted that was neither fulfilled nor given up
 * @param message one sentence for people
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Progress(
        Instant at,
        Phase phase,
        Optional<String> stage,
        Optional<Integer> percent,
        Optional<Instant> wakeStarted,
        Optional<Double> etaP50Seconds,
        boolean wakeWanted,
        String message) {

    static Progress of(ResourceStatus status, Instant now) {
        return new Progress(
                now,
                status.phase(),
                status.boot().map(BootStatus::stage),
                status.boot().map(BootStatus::percent),
                status.boot().map(BootStatus::startedAt),
                status.boot().flatMap(BootStatus::etaP50Seconds),
                status.wakeWanted(),
                status.message());
    }

    /** Whether a reader of lines would want a new one. */
    boolean differsFrom(Progress other) {
        return phase != other.phase
                || !stage.equals(other.stage)
                || !percent.equals(other.percent)
                || wakeWanted != other.wakeWanted
                || !message.equals(other.message);
    }
}
