// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.api.v1alpha1.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A demo empties its folder; whose folder it is has to be certain first. */
class DemoFolderTest {
    private static final String EMULATOR = "http://127.0.0.1:4711";

    @TempDir
    Path parent;

    @Test
    @DisplayName("a demo begins with an empty folder, whatever the demo before left, and leaves what is not its own")
    void emptiesWhatADemoLeft() throws Exception {
        Path root = used(true);
        Files.writeString(root.resolve("notes.txt"), "mine");
        Files.createSymbolicLink(root.resolve("resources/elsewhere"), parent);

        try (StateFolder _ = DemoFolder.open(root)) {
            assertThat(content(root)).containsExactly("format", "ledger", "lock", "notes.txt", "resources");
            assertThat(root.resolve("resources")).isEmptyDirectory();
            assertThat(root.resolve("ledger")).isEmptyDirectory();
        }
        assertThat(parent).isNotEmptyDirectory();
        try (StateFolder _ = DemoFolder.open(parent.resolve("new"))) {
            assertThat(parent.resolve("new/format")).exists();
        }
        try (StateFolder _ = DemoFolder.open(parent.resolve("new"))) {
            assertThat(parent.resolve("new/format")).exists();
        }
    }

    @Test
    @DisplayName("the state of a service that rehearses against an emulator on this machine is never thrown away")
    void leavesAServicesFolder() throws Exception {
        Path root = used(false);
        List<String> before = content(root);

        assertMismatch(root);

        assertThat(content(root)).isEqualTo(before);
        assertThat(root.resolve("resources/default.mine/ca.pem")).hasContent("the only copy");
    }

    @Test
    @DisplayName("a state folder that has lost its identity, and a folder of somebody's own, are not touched")
    void leavesAFolderThatNobodyMarked() throws Exception {
        Path root = used(true);
        Files.delete(root.resolve("identity.json"));
        assertMismatch(root);
        assertThat(root.resolve("resources/default.mine/ca.pem")).exists();

        Path own = Files.createDirectory(parent.resolve("own"));
        Files.writeString(own.resolve("letter.txt"), "dear");
        assertMismatch(own);
        assertThat(content(own)).containsExactly("letter.txt");
    }

    @Test
    @DisplayName("a folder in use is not emptied, though its identity says that it is a demo's")
    void leavesAFolderThatIsInUse() throws Exception {
        Path root = used(true);
        try (StateFolder _ = StateFolder.open(root)) {
            assertThatThrownBy(() -> DemoFolder.open(root))
                    .isInstanceOfSatisfying(
                            WorkstationFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.STATE_IN_USE));
        }
        assertThat(root.resolve("resources/default.mine/ca.pem")).exists();
        assertThat(root.resolve("identity.json")).exists();
    }

    @Test
    void stateOfADemoIsNoServicesAndTheOtherWayRound() throws Exception {
        Path file = parent.resolve("identity.json");
        establish(file, true);
        assertThatThrownBy(() -> establish(file, false)).hasMessageContaining("a demo's");
        Files.writeString(
                file, "{\"schema\":1,\"cluster\":\"c\",\"endpoint\":\"%s\",\"project\":\"p\"}".formatted(EMULATOR));
        assertThatThrownBy(() -> establish(file, true)).hasMessageContaining("no demo's");
        assertThat(establish(file, false).cluster()).isEqualTo("c");
    }

    private Path used(boolean demo) throws Exception {
        Path root = parent.resolve("state");
        try (StateFolder folder = StateFolder.open(root)) {
            establish(folder.identity(), demo);
            Files.writeString(folder.resource("default", "mine").resolve("ca.pem"), "the only copy");
            Files.writeString(folder.effects(), "{}");
            Files.writeString(folder.ledger().resolve("2026-11-21.jsonl"), "{}");
        }
        return root;
    }

    private static InstallationIdentity establish(Path file, boolean demo) throws Exception {
        return InstallationIdentity.establish(file, InstallationIdentity.random(EMULATOR, "p", demo), () -> {});
    }

    private static void assertMismatch(Path root) {
        assertThatThrownBy(() -> DemoFolder.open(root))
                .isInstanceOfSatisfying(
                        WorkstationFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.STATE_MISMATCH));
    }

    private static List<String> content(Path root) throws Exception {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
