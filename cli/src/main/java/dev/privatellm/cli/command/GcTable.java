// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.Cleanup;
import dev.privatellm.machine.cloud.Asset;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.sweep.Finding;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What was found in the project and what became of it, for people and for programs; each tells the same. */
final class GcTable {
    private GcTable() {}

    static void print(Cleanup.Survey survey, Cleanup.Outcome outcome, PrintWriter out) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("kind", "name", "place", "owner", "age", "usd/month", "verdict", "why"));
        for (Finding finding : survey.findings()) {
            Asset asset = finding.asset();
            lines.add(List.of(
                    kind(asset.kind()),
                    asset.name(),
                    asset.place().isEmpty() ? "-" : asset.place(),
                    asset.owner().or(asset::cluster).orElse("-"),
                    asset.createdAt().map(created -> age(created, survey.at())).orElse(CostSheet.UNKNOWN),
                    usd(asset.usdPerMonth()),
                    verdict(finding, outcome),
                    why(finding, outcome)));
        }
        if (lines.size() > 1) {
            Columns.print(lines, out);
        }
        out.printf(
                "%d things of private-llm's, %d of them on no record%n",
                lines.size() - 1, survey.removable().size());
        survey.unseen()
                .forEach((kind, failure) ->
                        out.printf("%s: could not be looked at: %s%n", kind(kind), message(failure)));
    }

    static void json(Cleanup.Survey survey, Cleanup.Outcome outcome, PrintWriter out) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schema", 1);
        json.put("at", survey.at());
        json.put(
                "found",
                survey.findings().stream()
                        .map(finding -> json(finding, survey, outcome))
                        .toList());
        json.put(
                "unseen",
                survey.unseen().entrySet().stream()
                        .map(entry -> Map.of("kind", kind(entry.getKey()), "why", message(entry.getValue())))
                        .toList());
        OutputOption.printJson(json, out);
    }

    /** What is unknown is left out. */
    private static Map<String, Object> json(Finding finding, Cleanup.Survey survey, Cleanup.Outcome outcome) {
        Asset asset = finding.asset();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", kind(asset.kind()));
        json.put("name", asset.name());
        json.put("place", asset.place());
        asset.owner().ifPresent(owner -> json.put("owner", owner));
        asset.cluster().ifPresent(cluster -> json.put("cluster", cluster));
        asset.createdAt().ifPresent(created -> {
            json.put("createdAt", created);
            json.put("ageSeconds", Duration.between(created, survey.at()).toSeconds());
        });
        asset.heldUntil().ifPresent(until -> json.put("heldUntil", until));
        asset.usdPerMonth().ifPresent(usd -> json.put("usdPerMonth", usd));
        json.put("verdict", verdict(finding, outcome));
        json.put("why", why(finding, outcome));
        return json;
    }

    private static String verdict(Finding finding, Cleanup.Outcome outcome) {
        Asset asset = finding.asset();
        if (outcome.removed().contains(asset)) {
            return "removed";
        }
        if (outcome.failed().containsKey(asset)) {
            return "failed";
        }
        return finding.isRemovable() && !outcome.kept().containsKey(asset) ? "may go" : "stays";
    }

    private static String why(Finding finding, Cleanup.Outcome outcome) {
        Asset asset = finding.asset();
        return Optional.ofNullable(outcome.failed().get(asset))
                .map(GcTable::message)
                .or(() -> Optional.ofNullable(outcome.kept().get(asset)))
                .orElse(finding.why());
    }

    private static String message(CloudFailure failure) {
        return "%s: %s".formatted(failure.code(), failure.getMessage());
    }

    private static String kind(Asset.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String usd(Optional<BigDecimal> usd) {
        return usd.map(known -> known.setScale(2, RoundingMode.HALF_UP).toPlainString())
                .orElse(CostSheet.UNKNOWN);
    }

    private static String age(Instant created, Instant now) {
        Duration age = Duration.between(created, now);
        if (age.toDays() > 1) {
            return age.toDays() + "d";
        }
        return age.toHours() > 0 ? age.toHours() + "h" : Math.max(0, age.toMinutes()) + "m";
    }
}
