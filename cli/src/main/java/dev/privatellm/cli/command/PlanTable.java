// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.KeptPrices;
import dev.privatellm.machine.plan.Preview;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What would be done, for people and for programs: the same value. */
final class PlanTable {
    private PlanTable() {}

    /**
     * For people: what changes, line by line, and what it costs.
     *
     * @param prices that it was reckoned with
     * @param named options of this command that the next one needs, too
     */
    static void print(Preview preview, KeptPrices prices, Instant now, String named, PrintWriter out) {
        long standing = preview.steps().stream()
                .filter(step -> step.verb() == Preview.Verb.STAYS)
                .count();
        if (preview.isNothing()) {
            out.println("nothing to do: everything is as the document asks");
        }
        preview.steps().stream()
                .filter(step -> step.verb() != Preview.Verb.STAYS)
                .forEach(step -> out.println("%-8s %s%s"
                        .formatted(
                                word(step.verb()), step.what(), step.why().isEmpty() ? "" : "  (" + step.why() + ")")));
        if (standing > 0) {
            out.println("%-8s %d things as they are".formatted(word(Preview.Verb.STAYS), standing));
        }
        out.println("costs    %s USD an hour while it runs, %s USD a month whether it runs or not"
                .formatted(price(preview.hourly()), price(preview.monthly())));
        out.println("prices   " + PriceDates.line(prices, now));
        preview.confirm()
                .ifPresent(hash -> out.println(
                        "The machine is not replaced unasked, it goes on working as it is: private-llm up --confirm %s%s, or spec.replacePolicy: Allow, replaces it at its next wake"
                                .formatted(hash, named)));
        out.flush();
    }

    /** For programs. */
    static void printJson(Preview preview, KeptPrices prices, PrintWriter out) {
        List<Map<String, Object>> steps = new ArrayList<>();
        preview.steps()
                .forEach(step -> steps.add(Map.of("verb", word(step.verb()), "what", step.what(), "why", step.why())));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("steps", steps);
        document.put("usdPerHour", prices(preview.hourly()));
        document.put("usdPerMonth", prices(preview.monthly()));
        PriceDates.put(prices, document);
        preview.confirm().ifPresent(hash -> document.put("confirm", hash));
        OutputOption.printJson(document, out);
        out.flush();
    }

    private static String word(Preview.Verb verb) {
        return verb.name().toLowerCase(Locale.ROOT);
    }

    private static String price(Preview.Price price) {
        return price.before().equals(price.after())
                ? usd(price.after())
                : "%s -> %s".formatted(usd(price.before()), usd(price.after()));
    }

    private static String usd(Optional<BigDecimal> price) {
        return price.map(known -> known.setScale(2, RoundingMode.HALF_UP).toPlainString())
                .orElse("unknown");
    }

    private static Map<String, Object> prices(Preview.Price price) {
        Map<String, Object> both = new LinkedHashMap<>();
        price.before().ifPresent(known -> both.put("before", known));
        price.after().ifPresent(known -> both.put("after", known));
        return both;
    }
}
