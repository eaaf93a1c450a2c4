// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code reasons.yaml} as values; complete by construction, since a reason without a row, or a row without a reason, does not load. */
public final class ReasonTable {
    private static final String RESOURCE = "reasons.yaml";
    private static final ReasonTable EMBEDDED = load();

    private final Map<Reason, Row> rows;

    private ReasonTable(Map<Reason, Row> rows) {
        this.rows = rows;
    }

    /**
     * @param http status of a whole answer of the gateway; empty where no caller sees it
     * @param openAiType error type in OpenAI's shape
     * @param openAiCode error code in OpenAI's shape
     * @param anthropicType error type in Anthropic's shape
     * @param exitCode what the shell is told
     * @param conditionType condition that it sets on the resource; empty where it does not concern one
     * @param acts who has to act
     * @param retry whether repeating the same thing can help
     * @param next what to do now: a command or a step
     */
    public record Row(
            Optional<Integer> http,
            Optional<String> openAiType,
            Optional<String> openAiCode,
            Optional<String> anthropicType,
            int exitCode,
            Optional<String> conditionType,
            String acts,
            boolean retry,
            String next) {}

    /** The row of a reason. */
    public static Row of(Reason reason) {
        var row = EMBEDDED.rows.get(reason);
        if (row == null) {
            throw new IllegalStateException("no row for " + reason);
        }
        return row;
    }

    private static ReasonTable load() {
        JsonNode reasons;
        try (var in = ReasonTable.class.getResourceAsStream(RESOURCE)) {
            reasons = new YAMLMapper().readTree(in).required("reasons");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        var rows = new EnumMap<Reason, Row>(Reason.class);
        for (var reason : Reason.values()) {
            rows.put(reason, row(reasons.required(reason.word())));
        }
        if (reasons.size() != rows.size()) {
            throw new IllegalStateException("%s has rows that no reason reads; known: %s"
                    .formatted(RESOURCE, Arrays.toString(Reason.values())));
        }
        return new ReasonTable(rows);
    }

    private static Row row(JsonNode node) {
        return new Row(
                Optional.ofNullable(node.get("http")).map(JsonNode::intValue),
                text(node.get("openai")),
                text(node.get("openaiCode")),
                text(node.get("anthropic")),
                node.required("exit").intValue(),
                text(node.path("condition").get("type")),
                node.required("acts").stringValue(),
                node.required("retry").booleanValue(),
                node.required("next").stringValue());
    }

    private static Optional<String> text(@Nullable JsonNode node) {
        return Optional.ofNullable(node).map(JsonNode::stringValue);
    }
}
