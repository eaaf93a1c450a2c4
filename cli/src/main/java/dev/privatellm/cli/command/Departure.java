// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.machine.plan.PartId;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What {@code down} takes away and what it leaves at which price, line by line, from the status of the resource. */
final class Departure {
    private static final Set<String> STAYS = Arrays.stream(PartId.Kind.values())
            .filter(PartId.Kind::isPermanent)
            .map(PartId.Kind::name)
            .collect(Collectors.toUnmodifiableSet());

    private static final String KEY = PartId.Kind.KEY.name();

    private Departure() {}

    /**
     * The lines; never none.
     *
     * @param isRetained whether only the machine's power and the firewall rule go
     * @param isKeyRemoved whether the versions of the key go, too
     */
    static List<String> of(JsonNode status, boolean isRetained, boolean isKeyRemoved) {
        List<String> lines = new ArrayList<>();
        var machine = status.path("machine");
        if (!machine.isMissingNode()) {
            var where = "machine %s in %s"
                    .formatted(
                            machine.path("name").stringValue(""),
                            machine.path("zone").stringValue(""));
            lines.add(
                    isRetained
                            ? "stops  %s, and its firewall rule is removed".formatted(where)
                            : "goes   %s with its disk and the models on it".formatted(where));
        }
        status.path("external").forEach(part -> {
            var kind = part.path("kind").stringValue("");
            var verb = isRetained || STAYS.contains(kind) ? "stays " : "goes  ";
            var name = part.path("name").stringValue("");
            lines.add("%s %s %s".formatted(verb, word(kind), name));
            if (kind.equals(KEY) && isKeyRemoved && !isRetained) {
                lines.add(
                        "goes   every version of key %s, unless another secret needs it; Google destroys them in 30 days and charges nothing meanwhile"
                                .formatted(name));
            }
        });
        status.path("standing").forEach(held -> {
            var kind = held.path("kind").stringValue("");
            if (isRetained || (STAYS.contains(kind) && !isKeyRemoved)) {
                lines.add("costs  %s %s: %s"
                        .formatted(word(kind), held.path("name").stringValue(""), price(held, kind)));
            }
        });
        return lines.isEmpty() ? List.of("nothing was made yet") : lines;
    }

    private static String price(JsonNode held, String kind) {
        if (!held.has("usdPerMonth")) {
            return "a price that is not known";
        }
        var usd = held.path("usdPerMonth").decimalValue().setScale(2, RoundingMode.HALF_UP) + " USD a month";
        return kind.equals(KEY) ? usd + " for each of its versions" : usd;
    }

    private static String word(String kind) {
        return kind.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
