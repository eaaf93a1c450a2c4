// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import dev.privatellm.gateway.metering.ChunkCalibration;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Feeds an answer to its reader as the gateway does, keeping the queue that a {@link Sluice} asks for. */
final class Replay implements Sluice {
    private final UsageReader reader;
    private final byte[] queue;
    private int fed;
    private final ByteArrayOutputStream client = new ByteArrayOutputStream();
    private int taken;
    private int dropped;
    private int mostHeld;

    Replay(Recorded recorded, boolean forced) {
        this(recorded, forced, new ChunkCalibration());
    }

    Replay(Recorded recorded, boolean forced, ChunkCalibration calibration) {
        queue = recorded.bytes();
        reader = recorded.api().reader(recorded.facts(forced), recorded.head(), calibration);
    }

    Replay feed(byte[] bytes, int from, int to) {
        System.arraycopy(bytes, from, queue, fed, to - from);
        fed += to - from;
        ByteBuffer slice = ByteBuffer.wrap(bytes, from, to - from);
        reader.feed(slice, this);
        if (slice.position() != from || slice.limit() != to) {
            throw new AssertionError("the slice was moved");
        }
        mostHeld = Math.max(mostHeld, held());
        return this;
    }

    ResponseReport end(StreamEnd end) {
        ResponseReport report = reader.end(end, this);
        if (held() != 0) {
            throw new AssertionError(held() + " bytes forgotten");
        }
        return report;
    }

    UsageReader reader() {
        return reader;
    }

    /** What the client has got, one char per byte. */
    String client() {
        return client.toString(StandardCharsets.ISO_8859_1);
    }

    int dropped() {
        return dropped;
    }

    int held() {
        return fed - taken;
    }

    int mostHeld() {
        return mostHeld;
    }

    @Override
    public void pass(int count) {
        int from = taken;
        client.write(queue, from, take(count));
    }

    @Override
    public void drop(int count) {
        dropped += take(count);
    }

    private int take(int count) {
        if (count <= 0 || count > held()) {
            throw new AssertionError(count + " bytes of " + held() + " that are held");
        }
        taken += count;
        return count;
    }
}
