// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.metering.TokenUsage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.stream.Stream;

/** One answer of the corpus: {@code NAME.body}, what it must be read as ({@code NAME.expect}), and what a client sees if its usage was forced ({@code NAME.forced}). */
record Recorded(String name, String body, String withoutForcedChunk, Properties expect) {
    private static final Path FOLDER = folder();

    static Recorded of(String name) {
        Properties expect = new Properties();
        try (var lines = Files.newBufferedReader(FOLDER.resolve(name + ".expect"))) {
            expect.load(lines);
            Path forced = FOLDER.resolve(name + ".forced");
            String body = Files.readString(FOLDER.resolve(name + ".body"));
            return new Recorded(name, body, Files.exists(forced) ? Files.readString(forced) : body, expect);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Recorded> all() {
        return fileNames()
                .filter(name -> name.endsWith(".expect"))
                .map(name -> of(name.substring(0, name.lastIndexOf('.'))));
    }

    static Stream<String> fileNames() {
        try (var files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same answer with other line ends. */
    Recorded withLineEnds(String lineEnd) {
        return new Recorded(name, body.replace("\n", lineEnd), withoutForcedChunk.replace("\n", lineEnd), expect);
    }

    Endpoint endpoint() {
        return Endpoint.valueOf(field("endpoint"));
    }

    ClientApi api() {
        return endpoint().api().orElseThrow();
    }

    boolean streamed() {
        return Boolean.parseBoolean(field("stream"));
    }

    boolean canBeForced() {
        return streamed() && (endpoint() == Endpoint.CHAT_COMPLETIONS || endpoint() == Endpoint.COMPLETIONS);
    }

    RequestFacts facts(boolean forced) {
        Optional<Edit> edit = forced ? Optional.of(new Edit(1, 0, "")) : Optional.empty();
        return new RequestFacts(
                "m",
                streamed(),
                RequestFacts.Intent.GENERATE,
                Boolean.parseBoolean(field("constrained")),
                new RequestFacts.Span(0, 0),
                edit);
    }

    ResponseHead head() {
        return new ResponseHead(Integer.parseInt(field("status")), field("contentType"), field("contentEncoding"));
    }

    StreamEnd upstreamEnd() {
        return StreamEnd.valueOf(field("upstreamEnd"));
    }

    EndState end() {
        return EndState.valueOf(field("end"));
    }

    long deltas() {
        return Long.parseLong(field("deltas"));
    }

    int malformedUsage() {
        return Integer.parseInt(field("malformedUsage"));
    }

    String frame() {
        return field("frame");
    }

    Confidence confidence() {
        return Arrays.stream(Confidence.values())
                .filter(confidence -> confidence.word().equals(field("confidence")))
                .findFirst()
                .orElseThrow();
    }

    /** The five counts, absent where the file says nothing. */
    Counted counts() {
        return new Counted(
                count("input"), count("cachedInput"), count("cacheWriteInput"), count("output"), count("reasoning"));
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    private OptionalLong count(String key) {
        return field(key).isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(field(key)));
    }

    private String field(String key) {
        return Objects.requireNonNull(expect.getProperty(key), () -> name + ".expect: " + key + " is missing");
    }

    private static Path folder() {
        URL url = Objects.requireNonNull(Recorded.class.getResource("corpus"));
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** The counts of a usage without how they were come by. */
    record Counted(
            OptionalLong input,
            OptionalLong cachedInput,
            OptionalLong cacheWriteInput,
            OptionalLong output,
            OptionalLong reasoning) {
        static Counted of(TokenUsage usage) {
            return new Counted(
                    usage.input(), usage.cachedInput(), usage.cacheWriteInput(), usage.output(), usage.reasoning());
        }
    }
}
