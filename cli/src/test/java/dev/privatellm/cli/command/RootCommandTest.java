// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RootCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"demo", "serve", "status", "cost", "wake", "sleep", "lab gcp", "bench cold"})
    void everyCommandExplainsItselfWithAnExample(String command) {
        assertThat(run((command + " --help").split(" "))).isZero();
        assertThat(out.toString()).contains("Usage: private-llm " + command).containsIgnoringCase("example");
    }

    @Test
    void suggestsTheCommandThatWasMeant() {
        assertThat(run("staus")).isEqualTo(ExitCodes.INVALID);
        assertThat(err.toString()).contains("status");
    }

    @Test
    void refusesABadDurationByNameAndExpectation() {
        assertThat(run("demo", "--boot", "soon")).isEqualTo(ExitCodes.INVALID);
        assertThat(err.toString()).contains("--boot").contains("1m30s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wake", "sleep"})
    void refusesALimitToWaitingWhereNobodyWaits(String command) {
        assertThat(run(command, "--timeout", "10s")).isEqualTo(ExitCodes.INVALID);
        assertThat(err.toString()).contains("--timeout: belongs to --wait");
    }

    @Test
    void saysEverythingThatIsWrongWithADocumentBeforeAnythingStarts() throws Exception {
        var file = Files.writeString(
                folder.resolve("bad.yaml"),
                "apiVersion: privatellm.dev/v1alpha1\nkind: PrivateLlm\nspec: {modell: {}}\n");

        assertThat(run("serve", "--file", file.toString())).isEqualTo(ExitCodes.INVALID);
        assertThat(err.toString())
                .contains(
                        "metadata.name: absent",
                        "spec.modell: unknown field",
                        "spec.placement.zones: absent",
                        "docs/errors/InvalidSpec.md");
    }

    @Test
    void refusesToListenForStrangersWithoutKeys() {
        assertThat(run("serve", "--host", "0.0.0.0")).isEqualTo(ExitCodes.INVALID);
        assertThat(err.toString()).contains("without keys only loopback");
    }

    @Test
    void namesAMissingDocumentAndWhereToBegin() {
        assertThat(run("serve", "--file", folder.resolve("none.yaml").toString()))
                .isEqualTo(ExitCodes.MISSING);
        assertThat(err.toString()).contains("none.yaml does not exist").contains("privatellm.yaml");
    }

    @Test
    void statusWithNothingRunningSaysSo() {
        assertThat(run("status", "--state", folder.resolve("empty").toString())).isEqualTo(ExitCodes.UNREACHABLE);
        assertThat(err.toString()).contains("no serve or demo is running").contains("docs/errors/NotRunning.md");
    }

    private int run(String... arguments) {
        return RootCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
