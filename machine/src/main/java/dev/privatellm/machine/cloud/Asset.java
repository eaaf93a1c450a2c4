// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * One thing in the project that says of itself that we made it: by a label, or where its kind has none by our form of name and description.
 *
 * @param place zone of a machine or disk, region of a subnet or bucket, of a rule the project that shares its network with this one; empty text for what has none
 * @param cloudId what tells it from another of the same name; its name where the cloud has nothing better
 * @param owner resource that it says it was made for; empty for what all resources of an installation share
 * @param cluster installation that it says made it; empty where its kind does not tell
 * @param release kind of installation that it says made it; empty where its kind does not tell, or who made it did not say
 * @param createdAt when the cloud made it; empty where the cloud does not say
 * @param heldUntil until when its owner has claimed it: of a rule its end, of a machine that of its lease; empty without a claim
 * @param heldBy who has claimed it until then, of what has a lease; empty without a claim
 * @param inUse whether it works just now: a machine has power
 * @param usdPerMonth what it costs as it is; empty if unknown, which is not the same as nothing
 */
public record Asset(
        Kind kind,
        String name,
        String place,
        String cloudId,
        Optional<String> owner,
        Optional<String> cluster,
        Optional<String> release,
        Optional<Instant> createdAt,
        Optional<Instant> heldUntil,
        Optional<String> heldBy,
        boolean inUse,
        Optional<BigDecimal> usdPerMonth) {

    /** One of a kind that nobody holds by name. */
    public Asset(
            Kind kind,
            String name,
            String place,
            String cloudId,
            Optional<String> owner,
            Optional<String> cluster,
            Optional<String> release,
            Optional<Instant> createdAt,
            Optional<Instant> heldUntil,
            boolean inUse,
            Optional<BigDecimal> usdPerMonth) {
        this(
                kind,
                name,
                place,
                cloudId,
                owner,
                cluster,
                release,
                createdAt,
                heldUntil,
                Optional.empty(),
                inUse,
                usdPerMonth);
    }

    /** What it is, in the order in which leftovers are removed: what admits first, then what costs most, at last what the others stood on. */
    public enum Kind {
        RULE,
        MACHINE,
        /** One that no machine uses: a boot disk goes with its machine. */
        DISK,
        SECRET,
        ACCOUNT,
        BUCKET,
        SUBNET,
        NETWORK
    }

    /** Names it among all things of the project, whatever it is at the moment. */
    public record Key(Kind kind, String place, String name) {

        /** One whose kind or whose name has no place. */
        public static Key of(Kind kind, String name) {
            return new Key(kind, "", name);
        }
    }

    /** What it is called; the name of a bucket or rule says enough without its place. */
    public Key key() {
        return kind == Kind.BUCKET || kind == Kind.RULE ? Key.of(kind, name) : new Key(kind, place, name);
    }

    /** The same without the claim of this holder, who knows best what he needs. */
    public Asset withoutClaimOf(String holder) {
        return heldBy.equals(Optional.of(holder))
                ? new Asset(
                        kind,
                        name,
                        place,
                        cloudId,
                        owner,
                        cluster,
                        release,
                        createdAt,
                        Optional.empty(),
                        Optional.empty(),
                        inUse,
                        usdPerMonth)
                : this;
    }

    /** Whether this is the very thing that another look saw, unchanged in whose it is. */
    public boolean isStill(Asset other) {
        return key().equals(other.key())
                && cloudId.equals(other.cloudId)
                && owner.equals(other.owner)
                && cluster.equals(other.cluster);
    }
}
