// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import dev.privatellm.gateway.metering.ChunkCalibration;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One client API that generates or embeds. Instances hold no state and may be shared. */
public abstract sealed class ClientApi
        permits OllamaApi, OpenAiChatApi, OpenAiEmbeddingsApi, OpenAiResponsesApi, AnthropicMessagesApi {
    ClientApi() {}

    /** The shape of its errors. */
    public abstract Dialect dialect();

    /** Whether an absent {@code stream} means true. */
    abstract boolean streamsByDefault();

    /** Whether streams report usage only on demand, so that {@link RequestReader} has to force it. */
    abstract boolean usageOnDemand();

    /** How its streams are framed; {@link Framing#JSON} if it has none. */
    abstract Framing streamFraming();

    /** Reads the frames of one answer. */
    abstract Tally tally(RequestFacts facts, Framing framing);

    /**
     * What to send while the request is held.
     *
     * @return empty if this API is held in silence: the response must then not be committed, for at most 60 s
     */
    public abstract Optional<KeepAlive> keepAlive(RequestFacts facts);

    /** The error frame of its streams. */
    abstract byte[] streamError(Failure failure, RequestFacts facts, StreamPosition position, String requestId);

    /**
     * The bytes to append to a 200 that is already committed when its call fails. After the frame of a stream the connection is aborted, without a clean
     * final chunk; where one JSON body was promised and nothing of the engine has come, this is that body, whole, and ends cleanly. Where nothing can be
     * appended, as to a JSON body that has begun, the result is empty and the connection is aborted.
     */
    public final byte[] errorFrame(Failure failure, RequestFacts facts, StreamPosition position, String requestId) {
        if (position.begun() && !position.appendable()) {
            return new byte[0];
        }
        return facts.stream()
                ? streamError(failure, facts, position, requestId)
                : ErrorAnswer.body(dialect(), failure, requestId);
    }

    /**
     * Watches an answer. The reader is used by one thread at a time.
     *
     * @param facts of the request as it was sent: with {@link RequestFacts#forcedUsage} only if that change was applied
     * @param head of the upstream's answer
     * @param calibration learns from exact answers, and serves the estimate of others
     */
    public final UsageReader reader(RequestFacts facts, ResponseHead head, ChunkCalibration calibration) {
        Framing framing = Framing.of(head, facts.stream() ? streamFraming() : Framing.JSON);
        Tally tally = tally(facts, framing);
        boolean gzipped = framing != Framing.OPAQUE && Framing.isGzip(head);
        boolean takesOut = facts.forcedUsage().isPresent() && !gzipped;
        FrameReader plain = switch (framing) {
            case EVENTS -> new EventFrames(tally, takesOut);
            case LINES -> new LineFrames(tally);
            case JSON -> new WholeFrame(tally);
            case OPAQUE -> new NoFrames();
        };
        return new UsageReader(framing, gzipped ? new GzipFrames(plain) : plain, tally, facts.model(), calibration);
    }

    /** What has to come between the bytes passed on and an event of ours. */
    static String eventBreak(StreamPosition position) {
        if (position.inLine()) {
            return "\n\n";
        }
        return position.inEvent() ? "\n" : "";
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
