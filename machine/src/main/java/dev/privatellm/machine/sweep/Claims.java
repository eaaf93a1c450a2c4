// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.sweep;

import dev.privatellm.machine.cloud.Asset;
import dev.privatellm.machine.plan.Machine;
import dev.privatellm.machine.plan.Names;
import dev.privatellm.machine.plan.PartId;
import dev.privatellm.machine.plan.PlanState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the records of one installation answer for.
 *
 * @param cluster the installation; empty if there is no record of any
 * @param resources its resources by UID
 * @param isServed whether a process is at work on these records right now and may make more than they say yet
 * @param isWrittenAnew whether earlier records were lost, so that the installation may have resources that these do not know of
 */
public record Claims(
        Optional<String> cluster, Map<String, Claimant> resources, boolean isServed, boolean isWrittenAnew) {

    /** Nobody answers for anything. */
    public static final Claims NONE = new Claims(Optional.empty(), Map.of(), false);

    /** Records that were never lost. */
    public Claims(Optional<String> cluster, Map<String, Claimant> resources, boolean isServed) {
        this(cluster, resources, isServed, false);
    }

    public Claims {
        resources = Map.copyOf(resources);
    }

    /**
     * A resource and its record.
     *
     * @param name {@code namespace/name}, for people
     */
    public record Claimant(String name, PlanState state) {}

    /** The resource whose record names this; empty if none does. */
    Optional<String> holder(Asset asset) {
        return resources.entrySet().stream()
                .filter(entry ->
                        claimed(entry.getKey(), entry.getValue().state()).containsKey(asset.key()))
                .map(entry -> entry.getValue().name())
                .sorted()
                .findFirst();
    }

    private static Map<Asset.Key, Boolean> claimed(String uid, PlanState state) {
        Map<Asset.Key, Boolean> claimed = new HashMap<>();
        Stream.concat(state.machine().stream(), state.predecessor().stream())
                .map(Machine::id)
                .forEach(id -> {
                    claimed.put(
                            new Asset.Key(
                                    Asset.Kind.MACHINE,
                                    id.zone().name(),
                                    id.name().value()),
                            true);
                    // The boot disk bears its machine's name; a list may show it before its machine.
                    claimed.put(
                            new Asset.Key(
                                    Asset.Kind.DISK, id.zone().name(), id.name().value()),
                            true);
                });
        state.rule()
                .ifPresent(rule ->
                        claimed.put(Asset.Key.of(Asset.Kind.RULE, rule.wanted().name()), true));
        state.parts().forEach(part -> key(part.id()).ifPresent(key -> claimed.put(key, true)));
        if (state.trust().secretEnsured()) {
            claimed.put(Asset.Key.of(Asset.Kind.SECRET, Names.of(uid).secret()), true);
        }
        return claimed;
    }

    private static Optional<Asset.Key> key(PartId id) {
        String name = id.name();
        int slash = name.indexOf('/');
        return switch (id.kind()) {
            case NETWORK -> Optional.of(Asset.Key.of(Asset.Kind.NETWORK, name));
            case SUBNET ->
                Optional.of(new Asset.Key(Asset.Kind.SUBNET, name.substring(0, slash), name.substring(slash + 1)));
            case ACCOUNT -> Optional.of(Asset.Key.of(Asset.Kind.ACCOUNT, name));
            case BUCKET -> Optional.of(Asset.Key.of(Asset.Kind.BUCKET, name));
            case SECRET -> Optional.of(Asset.Key.of(Asset.Kind.SECRET, name));
            case APIS, KEY, KEY_USE, ARCHIVE, BUCKET_ACCESS, SECRET_ACCESS -> Optional.empty();
        };
    }

    /** Whether a change to the cloud is under way whose end is not on record. */
    boolean isBusy() {
        return resources.values().stream()
                .anyMatch(resource -> !resource.state().operations().isEmpty());
    }

    /** The same with another resource. */
    public Claims with(String uid, Claimant claimant) {
        Map<String, Claimant> more = new LinkedHashMap<>(resources);
        more.put(uid, claimant);
        return new Claims(cluster, more, isServed, isWrittenAnew);
    }
}
