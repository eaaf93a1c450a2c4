// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What the book of a folder says where nobody runs: the files alone. */
final class CostCommandTest {
    private static final String RUNS = """
            {"kind":"run","resource":"default/assistant","uid":"u","id":1,"start":"2026-09-30T23:30:00Z","end":"2026-10-01T00:30:00Z","seconds":3600.0,"offering":{"provisioning":"SPOT","machineType":"g2-standard-8","zone":"europe-west4-a"},"usdPerHour":0.48,"usd":0.480000,"reason":"IdleTimeout","wake":{"askedBy":"RequestsWaiting","askedAt":"2026-09-30T23:29:50Z","calls":[{"kind":"START_INSTANCE","target":"europe-west4-a/pllm-x","requestId":"6b1f0000-0000-0000-0000-000000000000","at":"2026-09-30T23:29:58Z"}],"refused":[{"refused":{"provisioning":"SPOT","machineType":"g2-standard-8","zone":"us-central1-a"},"scope":"OFFERING","reason":"ZoneStockout","code":"ZONE_RESOURCE_POOL_EXHAUSTED","since":"2026-09-30T23:29:51Z","until":"2026-09-30T23:59:51Z"}],"stages":[{"stage":"preparing","seconds":8.0},{"stage":"booting","seconds":40.5}],"servedAt":"2026-09-30T23:30:40Z","run":1}}
            {"kind":"run","resource":"default/assistant","uid":"u","id":2,"start":"2026-10-02T10:00:00Z","end":"2026-10-02T10:15:00Z","seconds":900.0,"offering":{"provisioning":"SPOT","machineType":"n1-odd, \\"9\\"","zone":"europe-west4-a"},"reason":"SleepRequested"}
            """;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeTheBook() throws Exception {
        Files.createDirectories(folder.resolve("ledger"));
        Files.writeString(folder.resolve("ledger").resolve("runs.jsonl"), RUNS);
    }

    private int cost(String... more) {
        String[] all = new String[more.length + 3];
        all[0] = "cost";
        all[1] = "--state";
        all[2] = folder.toString();
        System.arraycopy(more, 0, all, 3, more.length);
        return RootCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }

    @Test
    @DisplayName("C17 cost tells every run from the book alone, in columns, and calls unknown what is unknown")
    void tellsEveryRun() {
        assertThat(cost()).isZero();
        assertThat(out.toString())
                .contains(
                        "  1  2026-09-30T23:30:00Z  g2-standard-8",
                        "spot          europe-west4-a  1.000   0.4800  IdleTimeout",
                        "spot          europe-west4-a  0.250  unknown  SleepRequested",
                        "saved by sleeping:   unknown USD",
                        "an estimate, not a bill");
    }

    @Test
    void tellsMonthsAndDaysAndLeavesOutWhatIsOlder() {
        assertThat(cost("--by", "month")).isZero();
        assertThat(out.toString())
                .containsPattern("(?m)^2026-09 +1 +0\\.500 +0\\.2400 +0\\.0000 +0\\.2400$")
                .containsPattern("(?m)^2026-10 +2 +0\\.750 +unknown +0\\.0000 +unknown$");
        out.getBuffer().setLength(0);

        assertThat(cost("--by", "day", "--since", "2026-10-02", "--csv")).isZero();
        assertThat(out.toString())
                .startsWith("day,runs,hours,machine usd,standing usd,total usd\r\n2026-10-02,1,0.250,unknown");
        out.getBuffer().setLength(0);

        assertThat(cost("--since", "2026-10-02")).isZero();
        assertThat(out.toString()).contains("SleepRequested").doesNotContain("IdleTimeout");
    }

    @Test
    void writesCsvThatKeepsCommasAndQuotes() {
        assertThat(cost("--csv")).isZero();
        assertThat(out.toString())
                .isEqualTo(
                        "run,began,machine,provisioning,zone,hours,usd,ended\r\n"
                                + "1,2026-09-30T23:30:00Z,g2-standard-8,spot,europe-west4-a,1.000,0.4800,IdleTimeout\r\n"
                                + "2,2026-10-02T10:00:00Z,\"n1-odd, \"\"9\"\"\",spot,europe-west4-a,0.250,unknown,SleepRequested\r\n");
    }

    @Test
    void writesJsonWithoutWhatIsUnknown() {
        assertThat(cost("-o", "json")).isZero();
        var json = JsonMapper.shared().readTree(out.toString());
        assertThat(json.path("runs").size()).isEqualTo(2);
        assertThat(json.path("runs").path(0).path("usd").decimalValue()).isEqualByComparingTo("0.48");
        assertThat(json.path("runs").path(1).has("usd")).isFalse();
        assertThat(json.path("months").path(0).path("totalUsd").decimalValue()).isEqualByComparingTo("0.24");
        assertThat(json.path("months").path(1).has("totalUsd")).isFalse();
        assertThat(json.path("machinePricesAsOf").stringValue("")).matches("20\\d\\d-\\d\\d-\\d\\d");
    }

    @Test
    @DisplayName("C17 one run is explained: who asked, what was refused, each stage, each call by its id")
    void explainsARun() {
        assertThat(cost("--run", "1")).isZero();
        assertThat(out.toString())
                .contains(
                        "0.4800 USD at 0.4800 USD/h",
                        "RequestsWaiting",
                        "50.0 s until it served",
                        "preparing 8.0 s, booting 40.5 s",
                        "g2-standard-8 spot in us-central1-a: ZONE_RESOURCE_POOL_EXHAUSTED (ZoneStockout)",
                        "START_INSTANCE",
                        "6b1f0000-0000-0000-0000-000000000000");
        assertThat(cost("--run", "7")).isEqualTo(ExitCodes.INVALID);
        assertThat(err.toString()).contains("there is no run 7 (there are: 1 to 2)");
    }

    @Test
    void refusesWhatDoesNotGoTogetherAndSaysWhereNothingIs() throws Exception {
        assertThat(cost("--csv", "-o", "json")).isEqualTo(ExitCodes.INVALID);
        assertThat(cost("--since", "yesterday")).isEqualTo(ExitCodes.INVALID);
        assertThat(err.toString()).contains("--since");
        Files.delete(folder.resolve("ledger").resolve("runs.jsonl"));
        assertThat(cost()).isZero();
        assertThat(out.toString()).contains("no run yet", "0.0000 USD");
        Files.delete(folder.resolve("ledger"));
        assertThat(cost()).isEqualTo(ExitCodes.MISSING);
        assertThat(err.toString()).contains("nothing was ever written down in " + folder);
    }
}
