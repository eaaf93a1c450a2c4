// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.sweep;

import dev.privatellm.machine.cloud.Asset;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.plan.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which of the things of ours may be removed when a person asks for it. Whatever is not proved to be left over stays: what a record names, what a process
 * may be making, what is young, what does not tell whose it is. What another installation made stays unless that installation was named, and even then as
 * long as any machine of it works or any rule of it is in force.
 *
 * <p>A rule whose time is over is the exception: it says itself that anybody of us may remove it.
 *
 * @param olderThan age below which nothing goes; at least {@link #YOUNGEST}
 * @param other installation whose state is lost, by its id; empty if none was named
 */
public record SweepPolicy(Claims claims, Duration olderThan, Optional<String> other) {
    /** Time in which a record may not know yet what was made, nor a list what is gone. */
    public static final Duration YOUNGEST = Duration.ofMinutes(10);

    public SweepPolicy {
        if (olderThan.compareTo(YOUNGEST) < 0) {
            throw new IllegalArgumentException("olderThan: %s (expected: >= %s)".formatted(olderThan, YOUNGEST));
        }
    }

    /**
     * Judges all that was found.
     *
     * @param all everything of ours that there is
     * @param isComplete whether nothing is missing in it; if so, nothing of another installation goes
     */
    public List<Finding> judge(List<Asset> all, boolean isComplete, Instant now) {
        Circumstances known = new Circumstances(all, isComplete, now);
        return all.stream().map(asset -> judge(asset, known)).toList();
    }

    /** What the things say about each other. */
    private final class Circumstances {
        private final Map<String, String> clusterOfOwner = new HashMap<>();
        private final Map<String, Instant> oldestOfOwner = new HashMap<>();
        private final Set<String> alive = new HashSet<>();
        private final Map<String, Instant> heldOfOwner = new HashMap<>();
        private final boolean isComplete;
        private final Instant now;

        Circumstances(List<Asset> all, boolean isComplete, Instant now) {
            this.isComplete = isComplete;
            this.now = now;
            for (Asset asset : all) {
                asset.owner().ifPresent(owner -> {
                    asset.cluster().ifPresent(cluster -> clusterOfOwner.put(owner, cluster));
                    asset.createdAt()
                            .ifPresent(
                                    at -> oldestOfOwner.merge(owner, at, (one, two) -> one.isBefore(two) ? one : two));
                });
            }
            all.stream()
                    .filter(asset -> asset.kind() == Asset.Kind.MACHINE)
                    .forEach(machine -> machine.owner()
                            .ifPresent(owner -> machine.heldUntil()
                                    .ifPresent(until -> heldOfOwner.merge(
                                            owner, until, (one, two) -> one.isAfter(two) ? one : two))));
            all.stream()
                    .filter(this::isAlive)
                    .flatMap(asset -> asset.cluster().stream())
                    .forEach(alive::add);
        }

        /**
         * A machine that works, unless whoever claimed it has been silent for long; one that sleeps, if it was claimed lately; a rule that somebody has renewed,
         * which is done for as long as a machine serves.
         */
        private boolean isAlive(Asset asset) {
            return switch (asset.kind()) {
                case MACHINE ->
                    asset.heldUntil()
                            .map(end -> now.isBefore(end.plus(olderThan)))
                            .orElse(asset.inUse());
                case RULE -> asset.heldUntil().filter(now::isBefore).isPresent();
                case DISK, SECRET, ACCOUNT, BUCKET, SUBNET, NETWORK -> false;
            };
        }

        /** Until when somebody holds, or has lately held, a machine of the same owner. */
        Optional<Instant> heldUntil(Asset asset) {
            return asset.owner()
                    .flatMap(owner -> Optional.ofNullable(heldOfOwner.get(owner)))
                    .filter(end -> now.isBefore(end.plus(olderThan)));
        }

        Optional<String> cluster(Asset asset) {
            Optional<String> told = asset.cluster();
            Optional<String> ofRecord =
                    asset.owner().filter(claims.resources()::containsKey).flatMap(_ -> claims.cluster());
            return told.or(() -> ofRecord).or(() -> asset.owner().map(clusterOfOwner::get));
        }

        /** Of an account, whose kind does not say, that of the oldest thing of the same owner. */
        Optional<Instant> createdAt(Asset asset) {
            return asset.createdAt().or(() -> asset.owner().map(oldestOfOwner::get));
        }
    }

    private Finding judge(Asset asset, Circumstances known) {
        Optional<String> cluster = known.cluster(asset);
        if (cluster.isEmpty()) {
            return Finding.stays(asset, "does not say which installation made it");
        }
        if (isTakenOver(asset)) {
            return Finding.stays(asset, "was taken over, not made: whoever does not need it removes it by hand");
        }
        Optional<String> otherKind = asset.release().filter(release -> !release.equals(Names.RELEASE));
        if (otherKind.isPresent()) {
            return Finding.stays(asset, "belongs to release " + otherKind.get());
        }
        boolean isOwn = cluster.equals(claims.cluster());
        if (isOwn) {
            Optional<String> holder = claims.holder(asset);
            if (holder.isPresent()) {
                return Finding.stays(asset, "in use by " + holder.get());
            }
        }
        if (asset.kind() == Asset.Kind.RULE) {
            Optional<Instant> end = asset.heldUntil();
            if (end.isPresent() && !known.now.isBefore(end.get())) {
                return Finding.goes(asset, "its time was over at " + end.get());
            }
        }
        return isOwn ? own(asset, known) : foreign(asset, cluster.get(), known);
    }

    /** A machine of the user's bears our labels from the moment in which it is taken over, which may be one before it is on record. */
    private static boolean isTakenOver(Asset asset) {
        return asset.kind() == Asset.Kind.MACHINE
                && asset.owner()
                        .filter(owner -> Names.of(owner).isOurs(new InstanceName(asset.name())))
                        .isEmpty();
    }

    private Finding own(Asset asset, Circumstances known) {
        if (claims.isWrittenAnew()
                && !asset.owner().map(claims.resources()::containsKey).orElse(false)) {
            return other.equals(claims.cluster())
                    ? foreign(asset, claims.cluster().orElseThrow(), known)
                    : Finding.stays(asset, "these records were written anew and may not know who needs it");
        }
        boolean isCaredFor = asset.owner().map(claims.resources()::containsKey).orElse(true);
        Optional<Instant> held = isCaredFor ? Optional.empty() : known.heldUntil(asset);
        if (held.isPresent()) {
            return Finding.stays(asset, "somebody holds a machine of its owner, or did until " + held.get());
        }
        if (isCaredFor && claims.isServed()) {
            return Finding.stays(asset, "left to the serve that runs");
        }
        if (isCaredFor && claims.isBusy()) {
            return Finding.stays(asset, "a change was under way when the last serve ended; start it once more");
        }
        return young(asset, known)
                .orElseGet(() -> Finding.goes(
                        asset,
                        isCaredFor ? "on no record of this installation" : "its resource is no longer on record"));
    }

    private Finding foreign(Asset asset, String cluster, Circumstances known) {
        if (!other.equals(Optional.of(cluster))) {
            return Finding.stays(asset, "belongs to installation " + cluster);
        }
        if (!known.isComplete) {
            return Finding.stays(asset, "not everything could be looked at, so nobody knows whether its owner lives");
        }
        if (known.alive.contains(cluster)) {
            return Finding.stays(
                    asset, "installation %s has a machine that works, or a rule in force".formatted(cluster));
        }
        if (known.createdAt(asset).isEmpty()) {
            return Finding.stays(asset, "nobody knows how old it is");
        }
        return young(asset, known).orElseGet(() -> Finding.goes(asset, "left by installation " + cluster));
    }

    /** An account has no age. Whoever holds the lock of the records knows that none is being made. */
    private Optional<Finding> young(Asset asset, Circumstances known) {
        return known.createdAt(asset)
                .filter(at -> known.now.isBefore(at.plus(olderThan)))
                .map(at -> Finding.stays(asset, "younger than " + text(olderThan)));
    }

    private static String text(Duration duration) {
        return duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }

    /** The installations whose things are there, besides the own one. */
    public Set<String> others(List<Asset> all) {
        return all.stream()
                .flatMap(asset -> asset.cluster().stream())
                .filter(cluster -> !Optional.of(cluster).equals(claims.cluster()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
