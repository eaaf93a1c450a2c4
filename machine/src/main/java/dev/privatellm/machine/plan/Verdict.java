// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Block;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.link.EgressUnknown;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What follows from a failure: which offerings are left alone and for how long, or when the same thing is tried again. One table for every cloud call. */
final class Verdict {
    private static final Duration STOCKOUT = Duration.ofMinutes(30);
    private static final Duration ZONE_EXHAUSTED = Duration.ofSeconds(30);
    private static final Duration QUOTA = Duration.ofHours(1);
    private static final Duration ZONE_CLOSED = Duration.ofHours(24);
    private static final Duration UNKNOWN_ERROR = Duration.ofMinutes(10);

    /** Somebody must act first: asking more often than this only makes noise. */
    static final Duration ADMINISTRATOR = Duration.ofMinutes(10);

    /** A subnet, or the room for one, is somebody's to make: a wake by hand looks at once. */
    private static final Duration REGION_CLOSED = Duration.ofHours(1);

    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(1);
    /** What is too early is often only a moment too early: a grant, an account, a change before this one. */
    private static final Duration NOT_READY = Duration.ofMillis(125);

    private static final Duration LONGEST_NOT_READY = Duration.ofSeconds(2);

    private static final Duration EGRESS_UNKNOWN = Duration.ofSeconds(5);

    private Verdict() {}

    /** One word of the reasons' table for whatever a port has thrown. */
    static String reason(RuntimeException failure) {
        return switch (failure) {
            case CloudFailure cloud -> reason(cloud);
            case EgressUnknown _ -> "EgressUnknown";
            default -> "Unavailable";
        };
    }

    /** The other side's own word. */
    static String code(RuntimeException failure) {
        return failure instanceof CloudFailure cloud
                ? cloud.code()
                : failure.getClass().getSimpleName();
    }

    /** One word of the reasons' table for a failure. */
    static String reason(CloudFailure failure) {
        return switch (failure) {
            case CloudFailure.InsufficientCapacity _ -> "ZoneStockout";
            case CloudFailure.QuotaExceeded _ -> "QuotaExceeded";
            case CloudFailure.PermissionDenied _ -> "PermissionDenied";
            case CloudFailure.CredentialsRejected _ -> "CredentialsRejected";
            case CloudFailure.BillingDisabled _ -> "BillingDisabled";
            case CloudFailure.KeyDisabled _ -> "KeyDisabled";
            case CloudFailure.InvalidRequest _, CloudFailure.RegionUnavailable _ -> "InvalidSpec";
            case CloudFailure.ZoneUnavailable _ -> "ZoneUnavailable";
            case CloudFailure.AlreadyExists _, CloudFailure.Conflict _ -> "ManagementConflict";
            case CloudFailure.InUse _ -> "InUse";
            case CloudFailure.NotFound _,
                    CloudFailure.NotReady _,
                    CloudFailure.ApiDisabled _,
                    CloudFailure.Unavailable _ -> "Unavailable";
            case CloudFailure.Unclassified _ -> "CloudError";
        };
    }

    /** The offerings that a failure to make or start a machine speaks against; empty if it says nothing about offerings. */
    static Optional<Block> block(CloudFailure failure, Offering offering, Instant now) {
        return switch (failure) {
            case CloudFailure.InsufficientCapacity exhausted ->
                Optional.of(
                        switch (exhausted.scope()) {
                            case OFFERING -> block(failure, offering, Block.Scope.OFFERING, STOCKOUT, now);
                            case ZONE -> block(failure, offering, Block.Scope.ZONE, ZONE_EXHAUSTED, now);
                        });
            case CloudFailure.QuotaExceeded quota ->
                Optional.of(block(
                        failure,
                        offering,
                        quota.isProjectWide() ? Block.Scope.PROJECT : Block.Scope.REGION,
                        QUOTA,
                        now));
            case CloudFailure.ZoneUnavailable _ ->
                Optional.of(block(failure, offering, Block.Scope.ZONE, ZONE_CLOSED, now));
            case CloudFailure.RegionUnavailable _ -> Optional.of(ofRegion(failure, offering, now));
            case CloudFailure.Unclassified _ ->
                Optional.of(block(failure, offering, Block.Scope.ZONE, UNKNOWN_ERROR, now));
            case CloudFailure.PermissionDenied _,
                    CloudFailure.ApiDisabled _,
                    CloudFailure.CredentialsRejected _,
                    CloudFailure.BillingDisabled _,
                    CloudFailure.KeyDisabled _,
                    CloudFailure.InvalidRequest _,
                    CloudFailure.AlreadyExists _,
                    CloudFailure.Conflict _,
                    CloudFailure.NotFound _,
                    CloudFailure.InUse _,
                    CloudFailure.NotReady _,
                    CloudFailure.Unavailable _ -> Optional.empty();
        };
    }

    /**
     * What a failure to make something that a region needs speaks against: all that is sold there; empty if it is about something else, or for time to cure.
     */
    static Optional<Block> blockOfRegion(RuntimeException failure, Offering offering, Instant now) {
        boolean isOfRegion = failure instanceof CloudFailure.InvalidRequest
                || failure instanceof CloudFailure.RegionUnavailable
                || failure instanceof CloudFailure.QuotaExceeded;
        return isOfRegion ? Optional.of(ofRegion((CloudFailure) failure, offering, now)) : Optional.empty();
    }

    private static Block ofRegion(CloudFailure failure, Offering offering, Instant now) {
        return new Block(
                offering,
                Block.Scope.WHOLE_REGION,
                reason(failure),
                failure.code(),
                now,
                now.plus(REGION_CLOSED),
                Optional.of("%s: %s".formatted(offering.zone().region(), failure.getMessage())));
    }

    private static Block block(CloudFailure failure, Offering offering, Block.Scope scope, Duration ttl, Instant now) {
        return new Block(offering, scope, reason(failure), failure.code(), now, now.plus(ttl));
    }

    /** When this kind of effect may be tried again. */
    static Setback setback(
            EffectKind kind, RuntimeException failure, Optional<Setback> before, long generation, Instant now) {
        int attempts = before.map(Setback::attempts).orElse(0) + 1;
        return new Setback(
                kind,
                reason(failure),
                code(failure),
                String.valueOf(failure.getMessage()),
                attempts,
                before.map(Setback::since).orElse(now),
                pause(kind, failure, attempts).map(now::plus),
                generation);
    }

    /** How long to leave alone an effect that failed. What ends a cost or closes a hole is tried again whatever the answer was: nobody else will do it. */
    static Optional<Duration> pause(EffectKind kind, RuntimeException failure, int attempts) {
        boolean mayWait = switch (kind) {
            case STOP_INSTANCE,
                    DELETE_INSTANCE,
                    REMOVE_PART,
                    CLOSE_FIREWALL,
                    DRAIN_GUEST,
                    DESTROY_VERSION,
                    DESTROY_KEY_VERSION -> false;
            case MAKE_PART,
                    ENSURE_SECRET,
                    CHANGE_AUTHORITY,
                    ISSUE_CERTIFICATES,
                    SIGN_CERTIFICATE,
                    UPLOAD_BUNDLE,
                    INSERT_INSTANCE,
                    ADOPT_INSTANCE,
                    SET_METADATA,
                    SET_MACHINE_TYPE,
                    RESIZE_DISK,
                    SET_SCHEDULING,
                    SET_LABELS,
                    START_INSTANCE,
                    OPEN_FIREWALL,
                    REPLACE_FIREWALL,
                    LOAD_BUNDLE,
                    ACTIVATE_LINK -> true;
        };
        boolean isForTime = failure instanceof CloudFailure.NotReady || failure instanceof CloudFailure.Unavailable;
        if (mayWait) {
            // What sealing is refused for is looked at in the key itself: it may have been mended, and takes a while to
            // be heeded.
            return failure instanceof CloudFailure.KeyDisabled
                    ? Optional.of(backOff(attempts))
                    : pause(failure, attempts);
        }
        return isForTime
                ? pause(failure, attempts).map(pause -> shorter(longer(pause, FIRST_BACK_OFF), LONGEST_BACK_OFF))
                : Optional.of(backOff(attempts));
    }

    /** How long to leave alone what failed; empty = until the specification changes. */
    static Optional<Duration> pause(RuntimeException failure, int attempts) {
        if (!(failure instanceof CloudFailure cloud)) {
            return Optional.of(failure instanceof EgressUnknown ? EGRESS_UNKNOWN : backOff(attempts));
        }
        return switch (cloud) {
            case CloudFailure.InvalidRequest _ -> Optional.empty();
            case CloudFailure.PermissionDenied _,
                    CloudFailure.CredentialsRejected _,
                    CloudFailure.BillingDisabled _,
                    CloudFailure.KeyDisabled _,
                    CloudFailure.AlreadyExists _,
                    CloudFailure.Conflict _ -> Optional.of(ADMINISTRATOR);
            case CloudFailure.QuotaExceeded _ -> Optional.of(QUOTA);
            case CloudFailure.NotReady _ -> Optional.of(shorter(doubled(NOT_READY, attempts), LONGEST_NOT_READY));
            case CloudFailure.Unavailable unavailable ->
                Optional.of(unavailable.retryAfter().map(Verdict::bounded).orElseGet(() -> backOff(attempts)));
            case CloudFailure.InsufficientCapacity _,
                    CloudFailure.ZoneUnavailable _,
                    CloudFailure.RegionUnavailable _,
                    CloudFailure.ApiDisabled _,
                    CloudFailure.NotFound _,
                    CloudFailure.InUse _,
                    CloudFailure.Unclassified _ -> Optional.of(backOff(attempts));
        };
    }

    /** What the cloud asks us to wait; a second at least, or it would be asked without a pause, and no longer than somebody is patient. */
    private static Duration bounded(Duration asked) {
        return asked.compareTo(FIRST_BACK_OFF) < 0 ? FIRST_BACK_OFF : shorter(asked, ADMINISTRATOR);
    }

    private static Duration backOff(int attempts) {
        return shorter(doubled(FIRST_BACK_OFF, attempts), LONGEST_BACK_OFF);
    }

    private static Duration doubled(Duration first, int attempts) {
        return first.multipliedBy(1L << Math.min(attempts - 1, 10));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? b : a;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
