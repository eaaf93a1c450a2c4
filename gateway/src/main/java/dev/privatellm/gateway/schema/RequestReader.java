// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a request body once, as a stream of tokens, and keeps nothing of what the user wrote.
 *
 * <p>What is read here has to be what the engine reads, or a body could name one model to us and another to it. Go's {@code encoding/json}, which engines use,
 * takes a key in any case ("MODEL"), folded as Unicode does (a long s is an s), and merges what is said twice; other engines do neither. So a key that we act
 * upon has to come in its own spelling and once.
 */
public final class RequestReader {
    /** Bytes of a model's name at most. */
    public static final int MAX_MODEL_NAME = 512;

    private static final Pattern ZERO = Pattern.compile("-?0+(\\.0*)?(ns|us|µs|ms|s|m|h)?");

    /** The keys at the top that decide something here. */
    private static final Set<String> ACTED_UPON =
            Set.of("model", "stream", "prompt", "messages", "keep_alive", "format", "stream_options");

    private static final Set<String> OPTIONS = Set.of("include_usage");
    private static final Set<String> NAME = Set.of("name");

    private final JsonParser parser;
    private final Set<String> seen = new HashSet<>();
    private final boolean acceptsName;
    private final UsageOption usageOption = new UsageOption();

    private String model = "";
    private RequestFacts.Span modelLiteral = new RequestFacts.Span(0, 0);
    private @Nullable Boolean stream;
    private boolean unloads;
    private boolean speaks;
    private boolean constrained;

    private RequestReader(JsonParser parser, boolean acceptsName) {
        this.parser = parser;
        this.acceptsName = acceptsName;
    }

    /**
     * Reads the body of a call that generates or embeds.
     *
     * @param body UTF-8 JSON, read to its end
     * @throws InvalidRequest if it is no JSON object, or names no model
     */
    public static RequestFacts read(Endpoint endpoint, InputStream body) throws InvalidRequest {
        ClientApi api = endpoint.api()
                .orElseThrow(
                        () -> new IllegalArgumentException(endpoint + " (expected: one that generates or embeds)"));
        RequestReader reader = parse(body, false);
        boolean wanted = reader.stream == null ? api.streamsByDefault() : reader.stream;
        boolean streams = wanted && api.streamFraming() != Framing.JSON;
        Optional<Edit> edit = streams && api.usageOnDemand() ? reader.usageOption.edit() : Optional.empty();
        return new RequestFacts(
                reader.model, streams, reader.intent(endpoint), reader.constrained, reader.modelLiteral, edit);
    }

    /**
     * Reads only the model's name: {@code model}, or Ollama's older {@code name}.
     *
     * @throws InvalidRequest if it is no JSON object, or names no model
     */
    public static String readModel(InputStream body) throws InvalidRequest {
        return parse(body, true).model;
    }

    private static RequestReader parse(InputStream body, boolean acceptsName) throws InvalidRequest {
        // A factory of its own: one that is shared would keep the keys of users' tool schemas in its symbol table.
        JsonFactory json = JsonFactory.builder()
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), body)) {
            RequestReader reader = new RequestReader(parser, acceptsName);
            reader.readBody();
            return reader;
        } catch (JacksonException malformed) {
            throw new InvalidRequest("malformed JSON" + at(malformed.getLocation()));
        }
    }

    private static String at(@Nullable TokenStreamLocation location) {
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private void readBody() throws InvalidRequest {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new InvalidRequest("body" + at(parser.currentTokenLocation()) + " is no JSON object");
        }
        if (offset() < 0) {
            throw new InvalidRequest("body is not UTF-8 (RFC 8259 §8.1)");
        }
        usageOption.bodyOpens(offset());
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            readField(name);
        }
        if (parser.nextToken() != null) {
            throw new InvalidRequest("malformed JSON" + at(parser.currentTokenLocation()) + ": more than one value");
        }
        if (model.isEmpty()) {
            throw new InvalidRequest("model: absent (expected: a model's name)");
        }
    }

    private void readField(String name) throws InvalidRequest {
        once(name, ACTED_UPON, "");
        if (acceptsName) {
            once(name, NAME, "");
        }
        JsonToken token = parser.currentToken();
        switch (name) {
            case "model" -> model = modelName();
            case "name" -> model = acceptsName && model.isEmpty() ? modelName() : model;
            case "stream" -> stream = truth(token);
            case "prompt" -> speaks |= token != JsonToken.VALUE_NULL && !isEmptyString();
            case "messages" -> speaks |= token == JsonToken.START_ARRAY && parser.nextToken() != JsonToken.END_ARRAY;
            case "keep_alive" -> unloads = isZero();
            case "format" -> constrained = token != JsonToken.VALUE_NULL && !isEmptyString();
            case "stream_options" -> readStreamOptions();
            default -> {}
        }
        skipToEndOfField();
    }

    /** Wherever in the field's value the parser stands, moves it to the value's last token. */
    private void skipToEndOfField() {
        while (parser.streamReadContext().getParent() != null
                && !parser.streamReadContext().getParent().inRoot()) {
            parser.nextToken();
        }
        parser.skipChildren();
    }

    /** Refuses a key that another reader would take for one of ours, and one of ours that comes again. */
    private void once(String name, Set<String> keys, String path) throws InvalidRequest {
        for (String key : keys) {
            if (name.equals(key)) {
                if (!seen.add(path + key)) {
                    throw new InvalidRequest(path + key + ": more than once (expected: once)");
                }
            } else if (name.equalsIgnoreCase(key)) {
                throw new InvalidRequest(path + name + ": not this spelling (expected: " + path + key + ")");
            }
        }
    }

    private @Nullable Boolean truth(JsonToken token) throws InvalidRequest {
        return switch (token) {
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default ->
                throw new InvalidRequest("stream" + at(parser.currentTokenLocation()) + " is neither true nor false");
        };
    }

    private String modelName() throws InvalidRequest {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new InvalidRequest(
                    "model" + at(parser.currentTokenLocation()) + " is no string (expected: a model's name)");
        }
        String named = parser.getString();
        if (named.getBytes(StandardCharsets.UTF_8).length > MAX_MODEL_NAME) {
            throw new InvalidRequest("model: longer than " + MAX_MODEL_NAME + " bytes (expected: a model's name)");
        }
        int from = offset();
        modelLiteral = new RequestFacts.Span(
                from, Math.toIntExact(parser.currentLocation().getByteOffset()) - from);
        return named;
    }

    private boolean isEmptyString() {
        return parser.currentToken() == JsonToken.VALUE_STRING && parser.getStringLength() == 0;
    }

    private boolean isZero() {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue() == 0;
            case VALUE_STRING ->
                parser.getStringLength() < 32
                        && ZERO.matcher(parser.getString()).matches();
            default -> false;
        };
    }

    private void readStreamOptions() throws InvalidRequest {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            usageOption.isNull(offset());
        } else if (token != JsonToken.START_OBJECT) {
            usageOption.isSomethingElse();
        } else {
            usageOption.opens(offset());
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String option = parser.currentName();
                once(option, OPTIONS, "stream_options.");
                boolean includeUsage = option.equals("include_usage");
                usageOption.hasField();
                JsonToken value = parser.nextToken();
                if (includeUsage) {
                    usageOption.includeUsage(value.asString(), offset());
                }
                parser.skipChildren();
            }
        }
    }

    private int offset() {
        return Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    }

    private RequestFacts.Intent intent(Endpoint endpoint) {
        boolean loads = endpoint == Endpoint.OLLAMA_GENERATE || endpoint == Endpoint.OLLAMA_CHAT;
        if (!loads || speaks) {
            return RequestFacts.Intent.GENERATE;
        }
        return unloads ? RequestFacts.Intent.UNLOAD : RequestFacts.Intent.PRELOAD;
    }
}
