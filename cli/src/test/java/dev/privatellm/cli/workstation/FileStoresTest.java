// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.api.v1alpha1.Condition;
import dev.privatellm.controller.step.ResourceState;
import dev.privatellm.machine.pki.Authorities;
import dev.privatellm.machine.pki.AuthoritiesContract;
import dev.privatellm.machine.pki.CaSigner;
import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.pki.EpochStore;
import dev.privatellm.machine.pki.EpochStoreContract;
import dev.privatellm.machine.pki.KeyAlgorithm;
import dev.privatellm.machine.pki.TestPki;
import dev.privatellm.machine.plan.StateStore;
import dev.privatellm.machine.plan.StateStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoresTest {
    @TempDir
    Path folder;

    @Nested
    class Epochs extends EpochStoreContract {
        private int stores;

        @Override
        protected EpochStore store() {
            try {
                return new FileEpochStore(folder.resolve("controller-%d.pem".formatted(stores++)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Nested
    class States extends StateStoreContract<ResourceState> {
        private final ResourceState initial = ResourceState.initial(TestPki.NOW);

        @Override
        protected StateStore<ResourceState> store() {
            return reopened();
        }

        @Override
        protected StateStore<ResourceState> reopened() {
            try {
                return new FileStateStore<>(
                        folder.resolve("resource.json"), ResourceState::toJson, ResourceState::fromJson, initial);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        protected ResourceState second() {
            return with("Second");
        }

        @Override
        protected ResourceState third() {
            return with("Third");
        }

        private ResourceState with(String reason) {
            Condition condition = new Condition("Ready", Condition.Status.TRUE, reason, "for a test", TestPki.NOW);
            return new ResourceState(initial.plan(), List.of(condition));
        }
    }

    @Test
    @DisplayName("P9 certificates and pins survive a restart")
    void epochsSurviveARestart() throws Exception {
        Path file = folder.resolve("controller.pem");
        Epoch epoch = TestPki.epoch(4);
        new FileEpochStore(file).save(epoch);
        assertThat(new FileEpochStore(file).find(4)).contains(epoch);
        assertThat(new FileEpochStore(file).find(4).flatMap(Epoch::pin)).isEqualTo(epoch.pin());
    }

    @Test
    void damagedEpochsAreRefusedAndNotQuoted() throws Exception {
        Path file = folder.resolve("controller.pem");
        Epoch epoch = TestPki.epoch(4);
        new FileEpochStore(file).save(epoch);
        Files.writeString(file, Files.readString(file).replaceFirst("(?s)-----END PRIVATE KEY.*", ""));
        assertThatThrownBy(() -> new FileEpochStore(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged")
                .hasMessageNotContaining(epoch.tokens().manage().value());
    }

    @Test
    void authorityIsMadeOnceAndNeverReplacedWhenDamaged() throws Exception {
        Path file = folder.resolve("ca.pem");
        CaSigner made = authority(file).current();
        assertThat(authority(file).current().certificate()).isEqualTo(made.certificate());
        Files.writeString(file, "damaged");
        assertThatThrownBy(() -> authority(file)).isInstanceOf(IOException.class);
        assertThat(file).hasContent("damaged");
    }

    @Test
    void stateSurvivesARestartWithItsVersion() throws Exception {
        StateStore<String> store = texts("state.json");
        assertThat(store.read()).isEqualTo(new StateStore.Versioned<>("initial", 0));
        long first = store.compareAndSet(0, "one");
        long second = store.compareAndSet(first, "two");
        assertThat(texts("state.json").read()).isEqualTo(new StateStore.Versioned<>("two", second));
    }

    @Test
    @DisplayName("R2 a result that was decided upon older state cannot undo a newer decision")
    void lostRaceIsRefused() throws Exception {
        StateStore<String> store = texts("state.json");
        long first = store.compareAndSet(0, "one");
        assertThatThrownBy(() -> store.compareAndSet(0, "late")).isInstanceOf(StateStore.StaleState.class);
        assertThat(store.read()).isEqualTo(new StateStore.Versioned<>("one", first));
    }

    @Test
    @DisplayName("R2 a step that outlives its process's end writes nothing into a folder that may be another's")
    void closedStoreWritesNothing() throws Exception {
        FileStateStore<String> store = texts("state.json");
        long first = store.compareAndSet(0, "one");
        store.close();
        assertThatThrownBy(() -> store.compareAndSet(first, "late")).isInstanceOf(IllegalStateException.class);
        assertThat(texts("state.json").read().state()).isEqualTo("one");
    }

    @Test
    void stateThatCannotBeWrittenStaysAsItWas() throws Exception {
        StateStore<String> store = texts("state.json");
        long first = store.compareAndSet(0, "one");
        Files.createDirectory(folder.resolve("state.json.new"));
        Files.writeString(folder.resolve("state.json.new").resolve("in the way"), "");
        assertThatThrownBy(() -> store.compareAndSet(first, "two")).isInstanceOf(UncheckedIOException.class);
        assertThat(store.read().state()).isEqualTo("one");
        assertThat(texts("state.json").read().state()).isEqualTo("one");
    }

    @Test
    void damagedStateIsRefused() throws Exception {
        Files.writeString(folder.resolve("state.json"), "{\"version\":1");
        assertThatThrownBy(() -> texts("state.json"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
        Files.writeString(folder.resolve("state.json"), "{}");
        assertThatThrownBy(() -> texts("state.json"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
    }

    private FileStateStore<String> texts(String name) throws IOException {
        return new FileStateStore<>(
                folder.resolve(name),
                text -> ("\"" + text + "\"").getBytes(StandardCharsets.UTF_8),
                bytes -> new String(bytes, StandardCharsets.UTF_8).replace("\"", ""),
                "initial");
    }

    private static AuthorityFile authority(Path file) throws IOException {
        return AuthorityFile.establish(file, () -> TestPki.authority(KeyAlgorithm.ECDSA_P256, Clock.systemUTC()));
    }

    @Nested
    class Keys extends AuthoritiesContract {
        private int files;

        @Override
        protected Authorities authorities() {
            try {
                return authority(folder.resolve("ca-%d.pem".formatted(files++)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    @DisplayName(
            "C16 the old authority's key lies beside the new one's until the succession is complete, whoever restarts meanwhile")
    void authoritiesSurviveARestart() throws Exception {
        Path file = folder.resolve("ca.pem");
        CaSigner old = authority(file).current();
        CaSigner next = authority(file).begin();

        assertThat(authority(file).current().certificate()).isEqualTo(old.certificate());
        assertThat(authority(file).begin().certificate()).isEqualTo(next.certificate());
        authority(file).complete();
        assertThat(authority(file).current().certificate()).isEqualTo(next.certificate());
        assertThat(authority(file).successor()).isEmpty();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    @DisplayName("C16 authorities that cannot be written stay as they were, in memory as on disk")
    void authoritiesThatCannotBeWrittenStay() throws Exception {
        Path file = folder.resolve("ca.pem");
        AuthorityFile authorities = authority(file);
        CaSigner old = authorities.current();
        Files.createDirectory(folder.resolve("ca.pem.new"));
        Files.writeString(folder.resolve("ca.pem.new").resolve("in the way"), "");

        assertThatThrownBy(authorities::replace).isInstanceOf(UncheckedIOException.class);

        assertThat(authorities.current().certificate()).isEqualTo(old.certificate());
        assertThat(authority(file).current().certificate()).isEqualTo(old.certificate());
    }

    @Test
    @DisplayName("P8 the link changes generation in one step: pair and pin are never of two")
    void linkChangesGenerationAtOnce() throws Exception {
        LinkFolder link = new LinkFolder(folder);
        link.write(1, java.util.Map.of("link.json", bytes("l1"), "tls.crt", bytes("c1"), "tls.key", bytes("k1")));
        Path first = folder.resolve("link").toRealPath();
        link.write(2, java.util.Map.of("link.json", bytes("l2"), "tls.crt", bytes("c2"), "tls.key", bytes("k2")));
        assertThat(folder.resolve("link/tls.crt")).hasContent("c2");
        assertThat(folder.resolve("link/tls.key")).hasContent("k2");
        assertThat(folder.resolve("link/link.json")).hasContent("l2");
        assertThat(first).as("the old key does not stay").doesNotExist();
        link.write(2, java.util.Map.of("link.json", bytes("l3"), "tls.crt", bytes("never"), "tls.key", bytes("never")));
        assertThat(folder.resolve("link/link.json")).hasContent("l3");
        assertThat(folder.resolve("link/tls.crt")).hasContent("c2");
        assertThat(Optional.of(folder.resolve("link.new"))).get().matches(Files::notExists);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
