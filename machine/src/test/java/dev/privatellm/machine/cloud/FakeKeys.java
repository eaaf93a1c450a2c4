// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keys in memory; like the cloud's they can never be removed. */
public final class FakeKeys implements KeyProvider {
    private final Faults faults;
    private final Map<String, CryptoKey> keys = new LinkedHashMap<>();
    private final Set<String> open = new HashSet<>();
    private final Map<String, List<Version>> versions = new HashMap<>();

    private enum State {
        ENABLED,
        DISABLED,
        GONE
    }

    private record Version(String name, State state) {}

    FakeKeys(Faults faults) {
        this.faults = faults;
    }

    /** Puts a key there as somebody else would. */
    public void plant(CryptoKey key) {
        keys.put(id(key.ring(), key.name()), key);
        rotate(key);
    }

    /** Adds a version that encrypts from now on, as the cloud does every 90 days. */
    public void rotate(CryptoKey key) {
        List<Version> all = versions.computeIfAbsent(id(key.ring(), key.name()), _ -> new ArrayList<>());
        all.add(new Version(
                "projects/p/locations/global/keyRings/%s/cryptoKeys/%s/cryptoKeyVersions/%d"
                        .formatted(key.ring(), key.name(), all.size() + 1),
                State.ENABLED));
    }

    /** Disables the version that encrypts, as an administrator would. */
    public void disable(CryptoKey key) {
        changePrimary(key, State.DISABLED);
    }

    /** Enables it again. */
    public void enable(CryptoKey key) {
        changePrimary(key, State.ENABLED);
    }

    private void changePrimary(CryptoKey key, State state) {
        List<Version> all = versions.get(id(key.ring(), key.name()));
        all.set(all.size() - 1, new Version(all.getLast().name(), state));
    }

    /** Full names of all versions that are kept. */
    public List<String> kept() {
        return versions.values().stream()
                .flatMap(List::stream)
                .filter(version -> version.state() != State.GONE)
                .map(Version::name)
                .toList();
    }

    /** The version that seals now. */
    String sealing(CryptoKey key) {
        Version primary = versions.get(id(key.ring(), key.name())).getLast();
        if (primary.state() != State.ENABLED) {
            throw new CloudFailure.KeyDisabled("FAILED_PRECONDITION", primary.name() + " is not enabled", null);
        }
        return primary.name();
    }

    /** All keys that somebody made. */
    public List<CryptoKey> all() {
        return List.copyOf(keys.values());
    }

    boolean isUsable(CryptoKey key) {
        return open.contains(id(key.ring(), key.name()));
    }

    private static String id(String ring, String name) {
        return ring + "/" + name;
    }

    @Override
    public Optional<CryptoKey> find(String ring, String name) {
        return faults.call("findKey", () -> Optional.ofNullable(keys.get(id(ring, name))));
    }

    @Override
    public void ensure(CryptoKey key) {
        faults.<Optional<Void>>call("ensureKey", () -> {
            CryptoKey known = keys.putIfAbsent(id(key.ring(), key.name()), key);
            if (known != null
                    && !String.valueOf(known.labels().get("pllm-cluster"))
                            .equals(key.labels().get("pllm-cluster"))) {
                throw new CloudFailure.Conflict("ALREADY_EXISTS", key.name() + " belongs to somebody else", null);
            }
            if (!hasPrimary(key)) {
                rotate(key);
            }
            return Optional.empty();
        });
    }

    private boolean hasPrimary(CryptoKey key) {
        return versions.containsKey(id(key.ring(), key.name()))
                && versions.get(id(key.ring(), key.name())).getLast().state() == State.ENABLED;
    }

    @Override
    public boolean encrypts(CryptoKey key) {
        return faults.call("encrypts", () -> {
            List<Version> all = versions.getOrDefault(id(key.ring(), key.name()), List.of());
            if (!all.isEmpty() && all.getLast().state() == State.DISABLED) {
                throw new CloudFailure.KeyDisabled("KEY_DISABLED", all.getLast().name() + " is disabled", null);
            }
            return hasPrimary(key);
        });
    }

    @Override
    public List<KeyVersion> versions(CryptoKey key) {
        return faults.call("keyVersions", () -> {
            List<Version> all = versions.getOrDefault(id(key.ring(), key.name()), List.of());
            return all.stream()
                    .filter(version -> version.state() != State.GONE)
                    .map(version -> new KeyVersion(version.name(), version.equals(all.getLast())))
                    .toList();
        });
    }

    @Override
    public void destroy(KeyVersion version) {
        faults.<Optional<Void>>call("destroyKeyVersion", () -> {
            versions.values()
                    .forEach(all -> all.replaceAll(known ->
                            known.name().equals(version.name()) ? new Version(known.name(), State.GONE) : known));
            return Optional.empty();
        });
    }

    @Override
    public boolean admitsSecrets(CryptoKey key) {
        return faults.call("admitsSecrets", () -> open.contains(id(key.ring(), key.name())));
    }

    @Override
    public void admitSecrets(CryptoKey key) {
        faults.<Optional<Void>>call("admitSecrets", () -> {
            if (!keys.containsKey(id(key.ring(), key.name()))) {
                throw new CloudFailure.NotFound("NOT_FOUND", key.name() + " is not there", null);
            }
            open.add(id(key.ring(), key.name()));
            return Optional.empty();
        });
    }
}
