// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.privatellm.api.v1alpha1.Condition;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.machine.plan.Policies;
import dev.privatellm.machine.plan.Wake;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The status of a resource as it is shown and printed.
 *
 * @param observedGeneration the specification that this speaks of
 * @param phase one word, derived from state and conditions
 * @param message one sentence for people: what, why, what next
 * @param machine the machine there is; empty if there is none
 * @param firewall the rule that stands; empty if none does
 * @param external what was made in the cloud and outlives a sleep, in the order in which it was made
 * @param boot the wake under way; empty if none is
 * @param blocks every allowed offering that is not tried for now, and why
 * @param operations mutations of the cloud that are not known to be over
 * @param runs runs of machines, oldest first
 * @param wake evidence of the wake under way, else of the last one; empty if there was none
 * @param bootTimes how long the stages of past wakes took
 * @param standing what is paid for between runs
 * @param retained whether {@code down} leaves all that was made where it is
 * @param keyRemoved whether {@code down} destroys the versions of the key, too
 * @param drift what somebody else has changed or removed last; empty if nothing ever was
 * @param schedule what it says; empty if there is none
 * @param wakeWanted whether a wake is wanted that was neither fulfilled nor given up
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ResourceStatus(
        long observedGeneration,
        Phase phase,
        String message,
        List<Condition> conditions,
        Optional<MachineStatus> machine,
        Optional<CertificateStatus> certificates,
        Optional<FirewallStatus> firewall,
        List<ExternalStatus> external,
        ActivityStatus activity,
        Optional<BootStatus> boot,
        List<BlockStatus> blocks,
        List<OperationStatus> operations,
        CostStatus cost,
        List<RunStatus> runs,
        Optional<Wake> wake,
        List<StageStatus> bootTimes,
        Optional<ScheduleStatus> schedule,
        List<StandingStatus> standing,
        boolean retained,
        boolean keyRemoved,
        Optional<DriftStatus> drift,
        boolean wakeWanted) {

    /** Reasons of a machine that sleeps by order, and does so whoever asks. */
    private static final Set<String> KEPT_ASLEEP = Set.of("Scheduled", "StoppedByUser", Policies.OBSERVED);

    /** Why neither a request nor a wish by hand wakes the machine; empty if one would. */
    public Optional<Reason> refusal() {
        if (phase == Phase.BUDGET_EXCEEDED) {
            return Optional.of(Reason.BUDGET_EXCEEDED);
        }
        boolean isAsleep = phase == Phase.STOPPED;
        return conditions.stream()
                .filter(condition ->
                        isAsleep && condition.type().equals("Ready") && KEPT_ASLEEP.contains(condition.reason()))
                .findFirst()
                .map(_ -> Reason.SLEEPING_BY_POLICY);
    }

    /** The machine there is; {@code image} is what its disk was filled from, where that is known. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record MachineStatus(
            String name,
            String zone,
            String machineType,
            String provisioning,
            Optional<String> address,
            Optional<String> bootId,
            Instant startedAt,
            Optional<Instant> servingSince,
            Optional<String> image) {}

    /**
     * What both sides prove themselves with; there is no pin before the machine has asked for its first certificate.
     *
     * @param authority SHA-256 of the certificate of the authority that issued them
     * @param alsoTrusted another authority that both sides trust, while one takes the other's place
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record CertificateStatus(
            long generation,
            Optional<String> pin,
            Optional<String> nextPin,
            String authority,
            Optional<String> alsoTrusted,
            Instant notAfter,
            Optional<AuthorityChangeStatus> authorityChange) {}

    /**
     * How far the change from one authority to another has come.
     *
     * @param step what is done next: {@code MAKE}, {@code TRUST_BOTH}, {@code REISSUE}, {@code DROP_OLD} or {@code COMPLETE}
     * @param successor SHA-256 of the new authority's certificate, once it is made
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record AuthorityChangeStatus(String step, boolean compromised, Instant since, Optional<String> successor) {}

    /** Whom the rule admits, and until when. */
    public record FirewallStatus(String rule, List<String> ranges, Instant expiresAt, boolean effective) {}

    /** One thing in the cloud, by what it is and by its name. */
    public record ExternalStatus(String kind, String name) {}

    /** One thing that is paid for whether a machine runs or not; without a price if that is unknown. Of a key it is the price of each version. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record StandingStatus(String kind, String name, Optional<BigDecimal> usdPerMonth) {}

    /** What somebody else had changed or removed when that was last found, and was mended or put on record. */
    public record DriftStatus(String what, String field, String is, String wanted, Instant at) {}

    /** What was last wanted; {@code sleepsAt} is empty unless it is idle. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record ActivityStatus(int held, int inFlight, Optional<Instant> lastActivity, Optional<Instant> sleepsAt) {}

    /** How far a wake has come; seconds until serving where past wakes tell. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record BootStatus(
            String stage,
            int percent,
            Instant startedAt,
            Instant deadline,
            Optional<Double> etaP50Seconds,
            Optional<Double> etaP90Seconds) {}

    /** How long a stage took in half and in nine of ten past wakes of a kind. */
    public record StageStatus(String stage, boolean firstBoot, double p50Seconds, double p90Seconds) {}

    /** An offering that was refused; {@code detail} where its code does not say everything. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record BlockStatus(
            String machineType,
            String provisioning,
            String zone,
            String scope,
            String code,
            Instant until,
            Optional<String> detail) {}

    /** A mutation under way. */
    public record OperationStatus(String id, String kind, String target, Instant startedAt) {}

    /**
     * Seconds and USD of all runs on record, and the present month; a cost is empty if any price in it is unknown.
     *
     * @param monthUsd what this month has cost so far, what stands between runs included
     * @param pricesAsOf day of the table of machine prices
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record CostStatus(
            double machineSeconds,
            Optional<BigDecimal> usd,
            Optional<BigDecimal> usdPerHourNow,
            String pricesAsOf,
            Optional<BigDecimal> monthUsd,
            Optional<BigDecimal> forecastUsd,
            Optional<BigDecimal> savedBySleepingUsd,
            Optional<BudgetStatus> budget) {}

    /**
     * How the month stands to its budget.
     *
     * @param state {@code WITHIN}, {@code UNKNOWN}, {@code EXCEEDED} or {@code OVERRIDDEN}
     * @param spentUsd of this month, as far as prices are known
     * @param until when what holds ends by itself
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record BudgetStatus(
            String state,
            boolean refusesWakes,
            Optional<BigDecimal> monthlyUsd,
            BigDecimal spentUsd,
            Optional<Instant> until) {}

    /**
     * What the schedule says.
     *
     * @param mode {@code NONE}, {@code ON} or {@code OFF}
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record ScheduleStatus(String mode, Optional<Instant> until, Optional<WindowStatus> next) {}

    /** A window that begins. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record WindowStatus(String action, Instant begin, Optional<Instant> end) {}

    /** One run. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record RunStatus(
            long id,
            Instant start,
            Optional<Instant> end,
            double seconds,
            String machineType,
            String zone,
            Optional<BigDecimal> usd,
            Optional<String> reason) {}
}
