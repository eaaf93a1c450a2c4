// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Duration;
import java.util.Optional;

/**
 * What the cloud does with a machine's power by itself.
 *
 * @param maxRunDuration after how long a run is ended; empty if none ever is
 * @param isDeletedAtEnd whether the machine is gone then, and where it is preempted, rather than stopped
 * @param restartsItself whether the cloud gives it power again after a failure of its own
 */
public record Scheduling(Optional<Duration> maxRunDuration, boolean isDeletedAtEnd, boolean restartsItself) {

    /** As every machine of ours has it: power is ours to give, and its disk outlives every run. */
    public static Scheduling stoppedAfter(Duration maxRunDuration) {
        return new Scheduling(Optional.of(maxRunDuration), false, false);
    }
}
