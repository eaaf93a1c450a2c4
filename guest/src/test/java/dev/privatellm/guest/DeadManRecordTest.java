// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.privatellm.guest.DeadManSwitch.BootKind;
import dev.privatellm.guest.DeadManSwitch.Kept;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadManRecordTest {
    private static final Duration UPTIME = Duration.ofHours(1);
    private static final Kept BEATEN =
            new Kept(Optional.of(Duration.ofMinutes(20)), BootKind.LATER, Optional.of(Duration.ofMinutes(35)));

    @TempDir
    private Path folder;

    private final VirtualTime time = new VirtualTime();
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private Path file;
    private DeadManRecord record;

    @BeforeEach
    void make() {
        file = folder.resolve("dead-man");
        record = started();
    }

    private DeadManRecord started() {
        return new DeadManRecord(
                Optional.of(file),
                time,
                new Journal(time.clock(), new PrintStream(console, true, StandardCharsets.UTF_8)));
    }

    @Test
    @DisplayName("P2 what is kept of the dead man's switch is there for the next start of the guest")
    void isThereForTheNextStart() throws IOException {
        assertThat(record.read(UPTIME)).isEmpty();
        record.keep(BEATEN);
        assertThat(file).hasContent("1200 later 2100\n");
        assertThat(started().read(UPTIME)).contains(BEATEN);
        Kept never = new Kept(Optional.empty(), BootKind.UNKNOWN, Optional.empty());
        time.pass(DeadManRecord.PERIOD);
        record.keep(never);
        assertThat(started().read(UPTIME)).contains(never);
        assertThat(folder).isDirectoryNotContaining("glob:**.new");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1200",
                "1200 later 2100",
                "-1 later 2100\n",
                "1200 second 2100\n",
                "9999999999 later 1\n",
                "3601 later 4501\n"
            })
    @DisplayName("P2 what no guest can have written by now counts as if no controller had been heard")
    void garbageIsNoHeartbeat(String text) throws IOException {
        Files.writeString(file, text);
        assertThat(record.read(UPTIME)).isEmpty();
        assertThat(console.toString(StandardCharsets.UTF_8)).contains("as if no controller had been heard");
    }

    @Test
    void writesWhatIsNewAndNotMoreOftenThanItsPeriod() throws IOException {
        record.keep(BEATEN);
        Files.delete(file);
        time.pass(DeadManRecord.PERIOD);
        record.keep(BEATEN);
        assertThat(file).as("nothing new").doesNotExist();
        Kept later = new Kept(Optional.of(UPTIME), BootKind.LATER, Optional.of(UPTIME.plusMinutes(15)));
        record.keep(later);
        assertThat(file).exists();
        record.keep(BEATEN);
        assertThat(started().read(UPTIME)).as("too soon").contains(later);
    }

    @Test
    void aFailureIsToldOnceAndRepairedByTheNextCall() throws IOException {
        Files.createDirectories(file.resolve("in-the-way"));
        record.keep(BEATEN);
        record.keep(BEATEN);
        assertThat(console.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.contains("cannot be written down"))
                .hasSize(1);
        Files.delete(file.resolve("in-the-way"));
        Files.delete(file);
        record.keep(BEATEN);
        assertThat(started().read(UPTIME)).contains(BEATEN);
    }

    @Test
    @DisplayName("P2 a guest writes down when a controller was heard, with the end that follows from it")
    void aRunningGuestKeepsItsHeartbeats() throws Exception {
        try (RunningGuest guest = new RunningGuest(folder, Map.of(GuestEnvironment.DEAD_MAN_FILE, file.toString()));
                TlsClient client = guest.ready().controller()) {
            String answer = client.send(
                            "POST", "/pllm/v1/heartbeat", BundleText.MANAGE, "{\"holder\":\"test\",\"epoch\":1}")
                    .readAnswer();
            assertThat(answer).startsWith("HTTP/1.1 2");
            await().atMost(RunningGuest.DEADLINE)
                    .untilAsserted(() -> assertThat(file).content().matches("[0-9]{1,2} (first|later) 9[0-9]{2}\n"));
        }
    }
}
