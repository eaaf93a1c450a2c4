// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.link;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.pki.KeyAlgorithm;
import dev.privatellm.machine.pki.TestRequests.Asking;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The keys that machines make themselves, one for each boot and nonce, and what they ask for with them. Keys die with the boot. */
public final class FakeRequests {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Making keys is most of what a world of fakes costs, above all those that the default of the product asks for. */
    private static final Map<KeyAlgorithm, List<KeyPair>> PAIRS = new ConcurrentHashMap<>();

    private final Function<Instance, String> bootOf;
    private final Map<String, KeyPair> keys = new HashMap<>();
    private final Map<String, String> asked = new HashMap<>();
    private UnaryOperator<Asking> distortion = UnaryOperator.identity();

    FakeRequests(Function<Instance, String> bootOf) {
        this.bootOf = bootOf;
    }

    /** Machines ask for something else from now on. */
    public void distort(UnaryOperator<Asking> newDistortion) {
        distortion = newDistortion;
        asked.clear();
    }

    /** How many keys were made. */
    public int made() {
        return keys.size();
    }

    /** The keys that were made. */
    public List<KeyPair> pairs() {
        return List.copyOf(keys.values());
    }

    Optional<String> of(Instance machine) {
        JsonNode config = JSON.readTree(machine.metadata().get("pllm-config"));
        JsonNode nonce = config.path("csrNonce");
        if (!nonce.isString()) {
            return Optional.empty();
        }
        String boot = bootOf.apply(machine);
        String id = boot + " " + nonce.stringValue();
        KeyAlgorithm algorithm =
                KeyAlgorithm.valueOf(config.path("keyAlgorithm").stringValue());
        KeyPair pair = keys.computeIfAbsent(id, _ -> pair(algorithm));
        return Optional.of(asked.computeIfAbsent(
                id,
                _ -> distortion
                        .apply(Asking.of(nonce.stringValue(), machine.cloudId(), boot, pair, algorithm))
                        .pem()));
    }

    private KeyPair pair(KeyAlgorithm algorithm) {
        List<KeyPair> pairs = PAIRS.computeIfAbsent(
                algorithm,
                kind -> Stream.generate(() -> kind.generate(new SecureRandom()))
                        .limit(kind == KeyAlgorithm.RSA_4096 ? 2 : 8)
                        .toList());
        return pairs.get(keys.size() % pairs.size());
    }

    boolean hasKeyOf(Instance machine, PublicKey key) {
        String boot = bootOf.apply(machine) + " ";
        return keys.entrySet().stream()
                .anyMatch(made -> made.getKey().startsWith(boot)
                        && made.getValue().getPublic().equals(key));
    }
}
