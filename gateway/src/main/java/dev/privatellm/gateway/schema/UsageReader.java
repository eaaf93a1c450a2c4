// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import dev.privatellm.gateway.metering.ChunkCalibration;
import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.metering.TokenUsage;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * Watches one answer while it passes: reads its usage and its end, and says which bytes go on. It keeps no text and copies nothing but short scalars.
 *
 * <p>Unless usage was forced upon the engine, every byte fed is passed on before it is looked at. Where it was forced, the bytes of an event wait until
 * the event is certainly not the forced chunk, which is decided at the first element of {@code choices}, and at the latest when
 * {@link #MAX_UNDECIDED_BYTES} bytes of it have come; complete events never wait, comments never wait.
 *
 * <p>A gzipped answer is unpacked for the meter only, and nothing is taken out of it. For one thread at a time.
 */
public final class UsageReader {
    /** Bytes of one event that are held back at most; the chunk that was forced is a few hundred bytes long. */
    public static final int MAX_UNDECIDED_BYTES = 16 * 1024;

    private final Framing framing;
    private final FrameReader frames;
    private final Tally tally;
    private final String model;
    private final ChunkCalibration calibration;

    UsageReader(Framing framing, FrameReader frames, Tally tally, String model, ChunkCalibration calibration) {
        this.framing = framing;
        this.frames = frames;
        this.tally = tally;
        this.model = model;
        this.calibration = calibration;
    }

    /**
     * Reads the next bytes of the body, from the slice's position to its limit, neither of which is moved.
     *
     * @param sluice is told, before this returns, what becomes of them and of bytes fed earlier
     */
    public void feed(ByteBuffer slice, Sluice sluice) {
        frames.feed(slice, sluice);
    }

    /**
     * Ends the answer. To be called once; bytes still undecided are passed if the body ended cleanly, and dropped if not.
     *
     * @param end how the upstream's body ended
     */
    public ResponseReport end(StreamEnd end, Sluice sluice) {
        frames.end(end, sluice);
        EndState state = endState(end);
        TokenUsage usage = usage();
        if (usage.confidence() == Confidence.EXACT) {
            usage.output().ifPresent(output -> calibration.learn(model, tally.deltas(), output));
        }
        return new ResponseReport(usage, state, frames.position(), tally.deltas(), tally.malformed());
    }

    /** The usage so far: a figure for a live display, to be replaced by the one of the report and never added to it. */
    public TokenUsage soFar() {
        return usage();
    }

    private EndState endState(StreamEnd end) {
        if (framing == Framing.OPAQUE) {
            return end == StreamEnd.CLEAN ? EndState.COMPLETE : EndState.TRUNCATED;
        }
        if (tally.engineError()) {
            return EndState.ENGINE_ERROR;
        }
        boolean beyondUs = framing == Framing.JSON && end == StreamEnd.CLEAN && frames.unreadable();
        return tally.complete() || beyondUs ? EndState.COMPLETE : EndState.TRUNCATED;
    }

    private TokenUsage usage() {
        return tally.usage().orElseGet(this::estimate);
    }

    private TokenUsage estimate() {
        long deltas = tally.deltas();
        if (deltas == 0) {
            return TokenUsage.UNKNOWN;
        }
        OptionalLong input = tally.inputGuess();
        return TokenUsage.estimated(input, calibration.estimate(model, deltas), deltas);
    }
}
