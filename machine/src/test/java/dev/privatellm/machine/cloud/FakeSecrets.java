// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Secrets in memory, with versions that count up and stay listed once destroyed. */
public final class FakeSecrets implements SecretStore {
    private static final class Entry {
        private final SecretVersion version;
        private final byte[] payload;

        Entry(SecretVersion version, byte[] payload) {
            this.version = version;
            this.payload = payload.clone();
        }

        SecretVersion version() {
            return version;
        }

        byte[] payload() {
            return payload.clone();
        }
    }

    private final FakeClock clock;
    private final Faults faults;
    private final FakeIdentities identities;
    private final FakeKeys keys;
    private final Map<String, Map<String, String>> containers = new HashMap<>();
    private final Map<String, CryptoKey> sealing = new HashMap<>();
    private final Map<String, String> sealedWith = new HashMap<>();
    private final Map<String, Set<String>> readers = new HashMap<>();
    private final Map<String, List<Entry>> entries = new HashMap<>();
    private final List<byte[]> uploaded = new ArrayList<>();
    private int mostAtOnce;

    FakeSecrets(FakeClock clock, Faults faults, FakeIdentities identities, FakeKeys keys) {
        this.clock = clock;
        this.faults = faults;
        this.identities = identities;
        this.keys = keys;
    }

    /** The most versions that any secret ever had at once, destroyed ones left out. */
    public int mostAtOnce() {
        return mostAtOnce;
    }

    /** The content of every version that was ever added, whatever became of it. */
    public List<byte[]> contents() {
        return List.copyOf(uploaded);
    }

    /** Versions of a secret that are not destroyed. */
    public long standing(String secret) {
        return entries.getOrDefault(secret, List.of()).stream()
                .filter(entry -> entry.version().state() != SecretVersion.State.DESTROYED)
                .count();
    }

    @Override
    public void ensure(String name, Map<String, String> labels, Optional<CryptoKey> key) {
        faults.<Optional<Void>>call("ensure", () -> {
            if (key.filter(encrypting -> !keys.isUsable(encrypting)).isPresent()) {
                throw new CloudFailure.NotReady("FAILED_PRECONDITION", "the key is not to be used", null);
            }
            Map<String, String> known = containers.putIfAbsent(name, Map.copyOf(labels));
            if (known != null && !String.valueOf(known.get("pllm-owner")).equals(labels.get("pllm-owner"))) {
                throw new CloudFailure.Conflict("ALREADY_EXISTS", name + " belongs to somebody else", null);
            }
            if (known == null) {
                key.ifPresent(encrypting -> sealing.put(name, encrypting));
            }
            return Optional.empty();
        });
    }

    @Override
    public Set<String> keyVersions(CryptoKey key) {
        return faults.call(
                "sealedWith",
                () -> sealedWith.entrySet().stream()
                        .filter(entry -> isStanding(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .filter(version -> version.contains("/%s/cryptoKeys/%s/".formatted(key.ring(), key.name())))
                        .collect(Collectors.toSet()));
    }

    @Override
    public Optional<String> owner(String name) {
        return faults.call(
                "owner",
                () -> Optional.ofNullable(containers.get(name)).map(labels -> labels.getOrDefault("pllm-owner", "")));
    }

    @Override
    public boolean admits(String name, String serviceAccountEmail) {
        return faults.call(
                "admits",
                () -> identities
                        .uniqueId(serviceAccountEmail)
                        .filter(readers.getOrDefault(name, Set.of())::contains)
                        .isPresent());
    }

    @Override
    public void admit(String name, String serviceAccountEmail) {
        faults.<Optional<Void>>call("admit", () -> {
            if (!containers.containsKey(name)) {
                throw new CloudFailure.NotFound("NOT_FOUND", name + " is not there", null);
            }
            String account = identities
                    .uniqueId(serviceAccountEmail)
                    .orElseThrow(() -> new CloudFailure.NotReady(
                            "INVALID_ARGUMENT", serviceAccountEmail + " does not exist", null));
            readers.computeIfAbsent(name, _ -> new HashSet<>()).add(account);
            return Optional.empty();
        });
    }

    /** The labels of every secret, by name. */
    public Map<String, Map<String, String>> labels() {
        return Map.copyOf(containers);
    }

    /** Whether there is such a secret. */
    public boolean exists(String name) {
        return containers.containsKey(name);
    }

    /** Whether there is such a secret and this owner has it. */
    public boolean isOwnedBy(String name, String owner) {
        return owner.equals(containers.getOrDefault(name, Map.of()).get("pllm-owner"));
    }

    @Override
    public void delete(String name) {
        faults.<Optional<Void>>call("deleteSecret", () -> {
            if (containers.remove(name) == null) {
                throw new CloudFailure.NotFound("NOT_FOUND", name + " is not there", null);
            }
            readers.remove(name);
            sealing.remove(name);
            entries.remove(name);
            return Optional.empty();
        });
    }

    @Override
    public SecretVersion addVersion(String secret, byte[] payload) {
        return faults.call("addVersion", () -> {
            if (!containers.containsKey(secret)) {
                throw new CloudFailure.NotFound("NOT_FOUND", secret + " is not there", null);
            }
            List<Entry> list = entries.computeIfAbsent(secret, key -> new ArrayList<>());
            long number = list.size() + 1L;
            SecretVersion version = new SecretVersion(
                    "projects/p/secrets/%s/versions/%d".formatted(secret, number),
                    number,
                    SecretVersion.State.ENABLED,
                    clock.instant());
            Optional.ofNullable(sealing.get(secret))
                    .ifPresent(key -> sealedWith.put(version.name(), keys.sealing(key)));
            list.add(new Entry(version, payload));
            uploaded.add(payload.clone());
            mostAtOnce = Math.max(mostAtOnce, (int) standing(secret));
            return version;
        });
    }

    @Override
    public List<SecretVersion> versions(String secret) {
        return faults.call(
                "versions",
                () -> entries.getOrDefault(secret, List.of()).stream()
                        .map(Entry::version)
                        .sorted(Comparator.comparingLong(SecretVersion::number).reversed())
                        .toList());
    }

    @Override
    public byte[] access(SecretVersion version) {
        return faults.call("access", () -> content(version.name()).orElseThrow(() -> gone(version)));
    }

    /** Whether a version can be read, by its full name. */
    public boolean isStanding(String versionName) {
        return enabled(versionName).isPresent();
    }

    /** What a machine reads that was told a version by its full name. */
    public Optional<byte[]> content(String versionName) {
        return enabled(versionName).map(Entry::payload);
    }

    /** Versions count from one, so that the number in a name is the place in the list. */
    private Optional<Entry> enabled(String versionName) {
        return secretOf(versionName)
                .flatMap(list -> list.stream()
                        .skip(Math.max(0, number(versionName) - 1))
                        .findFirst()
                        .filter(entry -> entry.version().state() == SecretVersion.State.ENABLED));
    }

    private Optional<List<Entry>> secretOf(String versionName) {
        return entries.entrySet().stream()
                .filter(secret -> versionName.contains("/secrets/" + secret.getKey() + "/versions/"))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static long number(String versionName) {
        return Long.parseLong(versionName.substring(versionName.lastIndexOf('/') + 1));
    }

    @Override
    public void destroy(SecretVersion version) {
        faults.<Optional<Void>>call("destroy", () -> {
            List<Entry> list = entries.values().stream()
                    .filter(all -> all.stream()
                            .anyMatch(entry -> entry.version().name().equals(version.name())))
                    .findFirst()
                    .orElseThrow(() -> gone(version));
            list.replaceAll(entry -> entry.version().name().equals(version.name())
                    ? new Entry(
                            new SecretVersion(
                                    version.name(),
                                    version.number(),
                                    SecretVersion.State.DESTROYED,
                                    entry.version().createdAt()),
                            new byte[0])
                    : entry);
            return Optional.empty();
        });
    }

    private static CloudFailure gone(SecretVersion version) {
        return new CloudFailure.NotFound("NOT_FOUND", version.name() + " has no content", null);
    }
}
