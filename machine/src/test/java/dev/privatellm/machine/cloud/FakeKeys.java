// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

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

    FakeKeys(Faults faults) {
        this.faults = faults;
    }

    /** Puts a key there as somebody else would. */
    public void plant(CryptoKey key) {
        keys.put(id(key.ring(), key.name()), key);
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
