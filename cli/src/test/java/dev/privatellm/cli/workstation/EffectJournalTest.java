// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.controller.step.EffectLog.Entry;
import dev.privatellm.machine.plan.EffectKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectJournalTest {
    @TempDir
    Path folder;

    @Test
    void countsOnAcrossProcesses() throws Exception {
        Path file = folder.resolve("effects.jsonl");
        try (EffectJournal first = new EffectJournal(file, OptionalLong.empty(), () -> {})) {
            first.append(
                    new Entry(EffectKind.INSERT_INSTANCE, "europe-west4-a/pllm-1", Optional.of("r-1"), "accepted"));
        }
        try (EffectJournal second = new EffectJournal(file, OptionalLong.empty(), () -> {})) {
            second.append(new Entry(EffectKind.ACTIVATE_LINK, "generation/1", Optional.empty(), "done"));
            assertThat(second.lines()).isEqualTo(2);
        }
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "{\"n\":1,\"kind\":\"INSERT_INSTANCE\",\"target\":\"europe-west4-a/pllm-1\",\"requestId\":\"r-1\",\"outcome\":\"accepted\"}",
                        "{\"n\":2,\"kind\":\"ACTIVATE_LINK\",\"target\":\"generation/1\",\"outcome\":\"done\"}");
    }

    @Test
    void standsStillOnceTheLineIsOnDisk() throws Exception {
        Path file = folder.resolve("effects.jsonl");
        AtomicBoolean stoppedTheRest = new AtomicBoolean();
        AtomicBoolean wentOn = new AtomicBoolean();
        EffectJournal journal = new EffectJournal(file, OptionalLong.of(2), () -> stoppedTheRest.set(true));
        Thread works = Thread.ofPlatform().daemon().start(() -> {
            Entry entry = new Entry(EffectKind.STOP_INSTANCE, "z/pllm-1", Optional.empty(), "accepted");
            journal.append(entry);
            journal.append(entry);
            wentOn.set(true);
        });
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilTrue(stoppedTheRest);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> works.getState() == Thread.State.WAITING);
        works.interrupt();
        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(wentOn).isFalse();
        assertThat(works.isAlive()).isTrue();
    }
}
