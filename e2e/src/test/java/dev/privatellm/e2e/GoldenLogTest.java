// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What Google's libraries send in each piece of a machine's life, against the files of {@code e2e/golden}, by the script that plays it against a real project.
 *
 * <p>{@code -Dgolden.update=true} writes those files anew.
 */
class GoldenLogTest {
    private static final Path GOLDEN = Launch.root().resolve("e2e/golden");
    private static final Duration A_WHOLE_LIFE = Duration.ofMinutes(4);

    @RegisterExtension
    static final Cloud CLOUD = Cloud.booting("0s");

    @Test
    @Timeout(300)
    @DisplayName(
            "C10 every piece of a machine's life makes the calls on file and has answers of their shape; a call more or another field is told")
    void makesTheCallsOnFile() throws Exception {
        boolean isUpdate = Boolean.getBoolean("golden.update");
        Path folder = isUpdate ? GOLDEN : damagedCopy();

        Program replay = CLOUD.processes()
                .shell(
                        "exec %s %s --yes --patience 120 --gcp-endpoint %s golden-log %s %s"
                                .formatted(
                                        folder.resolve("replay"),
                                        isUpdate ? "--update" : "",
                                        CLOUD.emulator().uri(),
                                        Document.FIRST_ZONE,
                                        Document.SECOND_ZONE),
                        Map.of(
                                "PRIVATE_LLM",
                                String.join(" ", Launch.quickly()),
                                "GOOGLE_APPLICATION_CREDENTIALS",
                                CLOUD.emulator().credentials().toString()));

        int exit = replay.awaitExit(A_WHOLE_LIFE);
        if (isUpdate) {
            assertThat(exit).as(replay::log).isZero();
            return;
        }
        List<String> said = replay.out().lines().toList();
        for (Path file : files()) {
            String piece = file.getFileName().toString().replace(".txt", "");
            if (!List.of("replay", "removal", "answers").contains(piece)) {
                assertThat(said).as(replay::log).anyMatch(line -> line.startsWith(piece + ": as on file"));
            }
        }
        assertThat(said.stream().filter(line -> line.matches("[-+] .*|[-+][A-Z].*")))
                .as("the call and the field that are not on file")
                .containsExactly("+" + lastCall(GOLDEN.resolve("removal.txt")), "+    name");
        assertThat(exit).as(replay::log).isEqualTo(1);
    }

    /** The files without the last call of a removal, and without a field of one answer: what is found then shows that anything is compared at all. */
    private static Path damagedCopy() throws Exception {
        Path copy = Files.createDirectory(CLOUD.processes().folder().resolve("golden"));
        for (Path file : files()) {
            Files.copy(file, copy.resolve(file.getFileName().toString()));
        }
        Path removal = copy.resolve("removal.txt");
        List<String> calls = Files.readAllLines(removal);
        Files.write(removal, calls.subList(0, calls.lastIndexOf(lastCall(removal))));
        Path answers = copy.resolve("answers.txt");
        List<String> fields = new ArrayList<>(Files.readAllLines(answers));
        int network = fields.indexOf("GET /compute/v1/projects/PROJECT/global/networks/pllm-ID 200");
        fields.remove(network + 1 + fields.subList(network + 1, fields.size()).indexOf("    name"));
        Files.write(answers, fields);
        return copy;
    }

    private static String lastCall(Path file) throws Exception {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.startsWith(" "))
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    private static List<Path> files() throws Exception {
        try (var all = Files.list(GOLDEN)) {
            return all.sorted().toList();
        }
    }
}
