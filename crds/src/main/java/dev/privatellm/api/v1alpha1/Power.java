// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/**
 * When the machine runs. All times are in seconds.
 *
 * @param idleTimeoutSeconds how long it is kept without a stream; 0 = for ever
 * @param maxUptimeSeconds ceiling of one run
 * @param startDeadlineSeconds how long a whole wake may take, first boots aside
 * @param firstBootGraceSeconds how long the first boot, which pulls the model, may take
 * @param drainTimeoutSeconds how long a forced drain waits for running answers
 * @param deadManSeconds how long the machine stands a silent controller before it switches itself off
 */
public record Power(
        PowerState powerState,
        FirstBoot firstBoot,
        long idleTimeoutSeconds,
        long maxUptimeSeconds,
        long startDeadlineSeconds,
        long firstBootGraceSeconds,
        long drainTimeoutSeconds,
        long deadManSeconds) {

    Power withIdleTimeoutSeconds(long seconds) {
        return new Power(
                powerState,
                firstBoot,
                seconds,
                maxUptimeSeconds,
                startDeadlineSeconds,
                firstBootGraceSeconds,
                drainTimeoutSeconds,
                deadManSeconds);
    }

    /** Who decides whether it runs. */
    public enum PowerState implements Worded {
        /** Demand does. */
        AUTO("Auto"),
        /** It always runs. */
        RUNNING("Running"),
        /** It never runs; calls are refused with that reason. */
        STOPPED("Stopped");

        private final String word;

        PowerState(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** When it is made for the first time. */
    public enum FirstBoot implements Worded {
        /** When the document is applied, so that the model is on its disk before anybody asks. */
        AT_ONCE("AtOnce"),
        /** By the first request. */
        ON_DEMAND("OnDemand");

        private final String word;

        FirstBoot(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }
}
