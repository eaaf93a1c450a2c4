// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PowerCordTest {

    @Test
    void aGuestWhoseEmulatorIsGoneEndsEvenWhileItWaitsForItsConfiguration() throws IOException, InterruptedException {
        Process guest = start();
        try {
            assertThat(guest.waitFor(1, TimeUnit.SECONDS)).isFalse();
            guest.getOutputStream().close();
            assertThat(guest.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(guest.exitValue()).isEqualTo(137);
        } finally {
            guest.destroyForcibly();
        }
    }

    @Test
    void aGuestIsDeafToCtrlCButNotToAShutdown() throws IOException, InterruptedException {
        Process guest = start();
        try {
            assertThat(guest.waitFor(1, TimeUnit.SECONDS)).isFalse();
            new ProcessBuilder("kill", "-INT", String.valueOf(guest.pid()))
                    .start()
                    .waitFor();
            assertThat(guest.waitFor(1, TimeUnit.SECONDS)).isFalse();
            guest.destroy();
            assertThat(guest.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            guest.destroyForcibly();
        }
    }

    private static Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(GuestCommand.ofThisProcess())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .putAll(Map.of(
                        "GCE_METADATA_HOST", "127.0.0.1:9",
                        "PRIVATE_LLM_BIND", "127.0.0.1:9",
                        "PRIVATE_LLM_ENGINE_URL", "http://127.0.0.1:9",
                        "PRIVATE_LLM_SECRET_ENDPOINT", "http://127.0.0.1:9",
                        "PRIVATE_LLM_POWEROFF_FILE", "target/never"));
        return builder.start();
    }
}
