// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rotations that are asked for where nobody runs. */
final class RotateCommandTest {
    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();

    private int run(String... line) {
        return RootCommand.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), line);
    }

    private Path resource() throws Exception {
        return Files.createDirectories(folder.resolve("resources").resolve("default.llama"));
    }

    private JsonNode trust() throws Exception {
        byte[] record = Files.readAllBytes(resource().resolve("state.json"));
        return JsonMapper.shared().readTree(record).path("state").path("plan").path("trust");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rotate --ca", "rotate-mtls-ca"})
    @DisplayName(
            "C16 another authority that is asked for where nobody runs is on record for the next serve, which is said")
    void notesAnotherAuthority(String command) throws Exception {
        resource();

        assertThat(run((command + " --state " + folder).split(" "))).isZero();

        assertThat(err.toString()).contains("the next 'private-llm serve' carries it out before it wakes the machine");
        assertThat(trust().path("authorityChange").path("request").stringValue())
                .isNotEmpty();
        assertThat(trust().path("authorityChange").path("compromised").booleanValue())
                .isFalse();
    }

    @Test
    @DisplayName(
            "U5 C16 a stolen authority is replaced only once somebody has agreed, who was told what is cut and reconnects")
    void asksBeforeItCutsConnections() throws Exception {
        resource();

        assertThat(run("rotate", "--ca", "--compromised", "--state", folder.toString()))
                .isEqualTo(ExitCodes.INVALID);
        assertThat(err.toString()).contains("cuts every connection", "They reconnect", "--yes");
        assertThat(resource().resolve("state.json")).doesNotExist();
        assertThat(run("rotate", "--compromised", "--state", folder.toString())).isEqualTo(ExitCodes.INVALID);

        assertThat(run("rotate", "--ca", "--compromised", "--yes", "--state", folder.toString()))
                .isZero();
        assertThat(trust().path("authorityChange").path("compromised").booleanValue())
                .isTrue();
    }

    @Test
    void notesARotation() throws Exception {
        resource();

        assertThat(run("rotate", "--state", folder.toString())).isZero();

        assertThat(trust().path("rotationDue").stringValue()).isNotEmpty();
        assertThat(trust().path("authorityChange").isNull()).isTrue();
    }

    @Test
    @DisplayName("S12 a rotation of nothing is not said to be noted: a folder without resources has nothing to rotate")
    void notesNothingWhereThereIsNoResource() throws Exception {
        Files.createDirectories(folder.resolve("resources"));

        assertThat(run("rotate", "--state", folder.toString())).isEqualTo(ExitCodes.UNREACHABLE);

        assertThat(err.toString()).contains("no serve or demo is running").doesNotContain("noted");
    }

    @Test
    void saysThatNobodyRunsWhereNothingWasEverMade() {
        assertThat(run("rotate", "--state", folder.resolve("nowhere").toString()))
                .isEqualTo(ExitCodes.UNREACHABLE);

        assertThat(err.toString()).contains("no serve or demo is running");
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }
}
