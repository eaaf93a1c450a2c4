// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.metering.Evidence;
import dev.privatellm.gateway.metering.TokenUsage;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.port.UsageRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JournalLedgerTest {
    @TempDir
    Path folder;

    @Test
    void writesRowsIntoTheFileOfTheirDay() throws Exception {
        try (JournalLedger ledger = new JournalLedger(folder)) {
            ledger.append(row("a", "2026-11-21T23:59:59Z"));
            ledger.append(row("b", "2026-11-22T00:00:00Z"));
        }
        List<String> first = Files.readAllLines(folder.resolve("usage-2026-11-21.jsonl"));
        assertThat(first).hasSize(1);
        JsonNode line = JsonMapper.shared().readTree(first.getFirst());
        assertThat(line.path("schema").intValue()).isEqualTo(1);
        assertThat(line.path("requestId").stringValue()).isEqualTo("a");
        assertThat(line.path("time").stringValue()).isEqualTo("2026-11-21T23:59:59Z");
        assertThat(line.path("inputTokens").longValue()).isEqualTo(11);
        assertThat(line.path("outputTokens").longValue()).isEqualTo(7);
        assertThat(line.has("reasoningTokens")).as("absent is not zero").isFalse();
        assertThat(line.path("confidence").stringValue()).isEqualTo("exact");
        assertThat(line.path("heldSeconds").doubleValue()).isEqualTo(1.5);
        assertThat(Files.readAllLines(folder.resolve("usage-2026-11-22.jsonl"))).hasSize(1);
    }

    @Test
    void rowsAreOnDiskWithoutBeingClosed() {
        try (JournalLedger ledger = new JournalLedger(folder)) {
            ledger.append(row("a", "2026-11-21T08:00:00Z"));
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> ledger.rows() == 1);
            assertThat(folder.resolve("usage-2026-11-21.jsonl")).isNotEmptyFile();
        }
    }

    @Test
    void appendsToWhatAnEarlierProcessWrote() throws Exception {
        for (String id : List.of("a", "b")) {
            try (JournalLedger ledger = new JournalLedger(folder)) {
                ledger.append(row(id, "2026-11-21T08:00:00Z"));
            }
        }
        assertThat(Files.readAllLines(folder.resolve("usage-2026-11-21.jsonl"))).hasSize(2);
    }

    @Test
    void whatCannotBeWrittenIsCountedAndNeverThrown() throws Exception {
        try (JournalLedger ledger =
                new JournalLedger(Files.writeString(folder.resolve("file"), "").resolve("none"))) {
            ledger.append(row("a", "2026-11-21T08:00:00Z"));
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> ledger.dropped() == 1);
        }
    }

    private static UsageRow row(String id, String time) {
        return new UsageRow(
                id,
                Instant.parse(time),
                "anonymous",
                new RouteId("default", "mine"),
                "m",
                "m",
                "/api/chat",
                true,
                200,
                Optional.empty(),
                new TokenUsage(
                        OptionalLong.of(11),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.of(7),
                        OptionalLong.empty(),
                        Confidence.EXACT,
                        Evidence.NONE),
                Optional.of(Duration.ofMillis(20)),
                Duration.ofMillis(1500),
                Duration.ofSeconds(2),
                true,
                Optional.of("1"));
    }
}
