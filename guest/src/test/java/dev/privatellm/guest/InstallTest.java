// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the startup script of a machine has done, as the machine's health tells it. */
@Execution(ExecutionMode.CONCURRENT)
class InstallTest {
    @TempDir
    private Path folder;

    private Path converged;
    private RunningGuest guest;

    @BeforeEach
    void make() throws Exception {
        converged = folder.resolve("converged");
        guest = new RunningGuest(folder, Map.of(GuestEnvironment.CONVERGED, converged.toString()));
    }

    @AfterEach
    void stop() {
        guest.close();
    }

    @Test
    void healthShowsHowEachStepEnded() throws Exception {
        Files.writeString(converged, "hash\n");
        Files.writeString(guest.installSteps, "configHash abc\nconfig 0\nguest-archive 65\n");
        guest.ready();
        guest.awaitHealth(
                "\"install\":[{\"step\":\"config\",\"exitCode\":0},{\"step\":\"guest-archive\",\"exitCode\":65}]");
    }

    @Test
    void aStepThatFailsLaterIsToldToWhoeverWaitsForNews() throws Exception {
        Files.writeString(converged, "hash\n");
        Files.writeString(guest.installSteps, "config 0\n");
        guest.ready();
        guest.awaitHealth("\"install\":[{\"step\":\"config\",\"exitCode\":0}]");
        long known = Long.parseLong(guest.health().replaceAll("(?s).*\"seq\":(\\d+).*", "$1"));
        replaceSteps("config 0\nengine-archive 22\n");
        try (TlsClient client = guest.controller()) {
            assertThat(client.send("GET", "/pllm/v1/health?waitSeconds=25&after=" + known, BundleText.MANAGE, "")
                            .readAnswer())
                    .contains("{\"step\":\"engine-archive\",\"exitCode\":22}");
        }
        await().atMost(RunningGuest.DEADLINE)
                .until(() -> guest.console().contains("startup script: step engine-archive failed, exit 22"));
    }

    @Test
    void aMachineOfAnotherConfigurationIsReadyOnlyOnceTheScriptIsThrough() throws Exception {
        Files.writeString(converged, "another\n");
        guest.boot();
        guest.awaitHealth("\"reason\":\"the startup script is not through\"");
        replaceSteps("config 0\nengine 0\n");
        guest.awaitHealth("\"step\":\"engine\"");
        assertThat(guest.health()).contains("\"state\":\"booting\"");
        assertThat(guest.engine.calls).isEmpty();
        replaceSteps("config 0\nengine 0\ndone 0\n");
        guest.awaitState("ready");
    }

    private void replaceSteps(String text) throws Exception {
        Path next = Files.writeString(folder.resolve("steps.new"), text);
        Files.move(next, guest.installSteps, StandardCopyOption.REPLACE_EXISTING);
    }
}
