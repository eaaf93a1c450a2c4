// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeType;

/**
 * What Ollama decodes a body into. A member of another type is refused in the words of Go's decoder, which the callers see.
 *
 * @param goName as in {@code api.ChatRequest}
 * @param members Go's types of those that are checked
 */
record RequestType(String goName, Map<String, String> members) {
    static final RequestType GENERATE = of("api.GenerateRequest", "prompt", "string");
    static final RequestType CHAT = of("api.ChatRequest", "messages", "[]api.Message");
    static final RequestType EMBED = of("api.EmbedRequest", "truncate", "bool");
    static final RequestType EMBEDDINGS = of("api.EmbeddingRequest", "prompt", "string");
    static final RequestType SHOW = of("api.ShowRequest", "name", "string");
    static final RequestType DELETE = of("api.DeleteRequest", "name", "string");
    static final RequestType CHAT_COMPLETION = of("openai.ChatCompletionRequest", "messages", "[]openai.Message");
    static final RequestType COMPLETION = of("openai.CompletionRequest", "prompt", "string");
    static final RequestType OPENAI_EMBED = of("openai.EmbedRequest", "encoding_format", "string");
    static final RequestType RESPONSES = of("openai.ResponsesRequest", "instructions", "string");
    static final RequestType MESSAGES = of("anthropic.MessagesRequest", "messages", "[]anthropic.MessageParam");

    /** What a body gets that is not JSON; the decoder goes into more detail. */
    private static final String MALFORMED = "invalid character in request body";

    RequestType {
        members = Map.copyOf(members);
    }

    private static RequestType of(String goName, String member, String type) {
        return new RequestType(goName, Map.of("model", "string", "stream", "bool", member, type));
    }

    /** How a dialect phrases what is wrong with a body, always with status 400. */
    interface Refusal {
        void answer(Exchange exchange, String message) throws ClientGone;
    }

    /** The body as an object; empty if it is none of this type, and the refusal has been sent. */
    Optional<JsonNode> read(Exchange exchange, Refusal refusal) throws ClientGone {
        Optional<JsonNode> body = Json.parse(exchange.body());
        Optional<String> offence = exchange.body().length == 0
                ? Optional.of(goName.startsWith("api.") ? "missing request body" : "EOF")
                : body.isEmpty() ? Optional.of(MALFORMED) : offence(body.get());
        if (offence.isPresent()) {
            refusal.answer(exchange, offence.get());
            return Optional.empty();
        }
        return body;
    }

    private Optional<String> offence(JsonNode body) {
        if (!body.isObject()) {
            return Optional.of("json: cannot unmarshal %s into Go value of type %s".formatted(kind(body), goName));
        }
        for (Map.Entry<String, JsonNode> member : body.properties()) {
            String type = members.get(member.getKey());
            if (type != null && !isOf(type, member.getValue())) {
                return Optional.of("json: cannot unmarshal %s into Go struct field %s.%s of type %s"
                        .formatted(
                                kind(member.getValue()),
                                goName.substring(goName.indexOf('.') + 1),
                                member.getKey(),
                                type));
            }
        }
        return Optional.empty();
    }

    private static boolean isOf(String type, JsonNode value) {
        return value.isNull()
                || switch (type) {
                    case "string" -> value.isString();
                    case "bool" -> value.isBoolean();
                    default -> value.isArray();
                };
    }

    /** Go's word for it. */
    static String kind(JsonNode node) {
        return node.getNodeType() == JsonNodeType.BOOLEAN
                ? "bool"
                : node.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
