// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootClockTest {
    private static final Duration UPTIME = Duration.ofMillis(5_250);

    @TempDir
    private Path folder;

    private final VirtualTime time = new VirtualTime();
    private Path uptime;
    private Path lookedAt;

    @BeforeEach
    void make() throws IOException {
        time.pass(Duration.ofHours(1));
        uptime = Files.writeString(folder.resolve("uptime"), "5.25 3.10\n");
        lookedAt = folder.resolve("boot");
    }

    private Boot read() throws IOException {
        return Boot.read(time, uptime, lookedAt);
    }

    @Test
    @DisplayName("P2 the dead man's switch counts from the boot that root has looked at")
    void countsFromTheSystemsBoot() throws IOException {
        Files.writeString(lookedAt, "2 later\n");
        Boot boot = read();
        assertThat(boot.uptime(time.nanos())).isEqualTo(UPTIME);
        assertThat(boot.uptime(boot.beganNanos())).isEqualTo(Duration.ofSeconds(2));
        assertThat(boot.hadModel()).isTrue();
        Files.writeString(lookedAt, "2 first\n");
        assertThat(read().hadModel()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "later", "6 later", "-1 later", "99999999999 later"})
    @DisplayName("P2 without a word of root's that can be true it counts from the kernel's start, which is earlier")
    void countsFromTheKernelOtherwise(String text) throws IOException {
        assertThat(read().beganNanos()).isEqualTo(read().kernelNanos());
        Files.writeString(lookedAt, text);
        assertThat(read()).isEqualTo(new Boot(read().kernelNanos(), read().kernelNanos(), false));
    }

    @Test
    void aKernelThatDoesNotTellItsUptimeIsNotGuessed() throws IOException {
        Files.writeString(uptime, "long\n");
        assertThatIOException().isThrownBy(this::read).withMessageContaining("no number");
    }
}
