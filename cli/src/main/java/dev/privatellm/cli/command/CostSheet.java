// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.KeptPrices;
import dev.privatellm.machine.cost.Account;
import dev.privatellm.machine.cost.LedgerEntry.MachineRun;
import dev.privatellm.machine.cost.Money;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The account as lines of text, as CSV and as JSON; each tells the same. The first line is the header. */
final class CostSheet {
    /** What stands where a price is unknown: never a number, and never nothing. */
    static final String UNKNOWN = "unknown";

    private CostSheet() {}

    static List<List<String>> runs(List<MachineRun> runs) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("run", "began", "machine", "provisioning", "zone", "hours", "usd", "ended"));
        for (MachineRun run : runs) {
            lines.add(List.of(
                    Long.toString(run.id()),
                    run.start().truncatedTo(ChronoUnit.SECONDS).toString(),
                    run.offering().machineType(),
                    run.offering().provisioning().name().toLowerCase(Locale.ROOT),
                    run.offering().zone().name(),
                    hours(run.seconds()),
                    usd(run.usd()),
                    run.reason()));
        }
        return lines;
    }

    static List<List<String>> periods(String what, List<Account.Period> periods) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of(what, "runs", "hours", "machine usd", "standing usd", "total usd"));
        for (Account.Period period : periods) {
            lines.add(List.of(
                    period.name(),
                    Long.toString(period.runs()),
                    hours(period.machineSeconds()),
                    usd(period.machine().usd()),
                    usd(period.standing().usd()),
                    usd(period.total().usd())));
        }
        return lines;
    }

    /** As RFC 4180 has it. */
    static void csv(List<List<String>> lines, PrintWriter out) {
        for (List<String> line : lines) {
            out.print(line.stream().map(CostSheet::field).collect(Collectors.joining(",")) + "\r\n");
        }
    }

    static Map<String, Object> json(Account account, KeptPrices prices, List<MachineRun> runs) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schema", 1);
        json.put("at", account.now());
        json.put("runs", runs);
        json.put("months", account.months().stream().map(CostSheet::period).toList());
        json.put("month", period(account.month()));
        put(json, "forecastUsd", account.forecast().usd());
        put(json, "savedBySleepingUsd", account.savedBySleeping());
        json.put("standing", account.standing());
        PriceDates.put(prices, json);
        return json;
    }

    private static Map<String, Object> period(Account.Period period) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("period", period.name());
        json.put("runs", period.runs());
        json.put("machineSeconds", period.machineSeconds());
        put(json, "machineUsd", period.machine().usd());
        put(json, "standingUsd", period.standing().usd());
        put(json, "totalUsd", period.total().usd());
        return json;
    }

    /** What is unknown is left out. */
    private static void put(Map<String, Object> json, String name, Optional<BigDecimal> usd) {
        usd.ifPresent(known -> json.put(name, known));
    }

    static String usd(Money money) {
        return usd(money.usd());
    }

    static String usd(Optional<BigDecimal> usd) {
        return usd.map(known -> known.setScale(4, RoundingMode.HALF_UP).toPlainString())
                .orElse(UNKNOWN);
    }

    private static String hours(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds / 3600);
    }

    private static String field(String text) {
        return text.matches("[^,\"\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
