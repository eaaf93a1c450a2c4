// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a tap keeps of one exchange until its row is written. Used on one event loop only. */
final class TapRecord {

    /** Bytes kept of a request and of an answer; what is larger is passed on all the same, but its counts or model are not known. */
    private static final int MAX_KEPT_BYTES = 32 << 20;

    private final TruthLog truth;
    private final Clock clock;
    private final String path;
    private final Instant startedAt;
    private final ByteArrayOutputStream request = new ByteArrayOutputStream();
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private @Nullable Instant firstByteAt;
    private int status;
    private boolean written;

    TapRecord(TruthLog truth, Clock clock, String path) {
        this.truth = truth;
        this.clock = clock;
        this.path = path;
        this.startedAt = clock.instant();
    }

    void sent(ByteBuf bytes) {
        keep(request, bytes);
    }

    void answered(int newStatus) {
        status = newStatus;
        firstByteAt = clock.instant();
    }

    void received(ByteBuf bytes) {
        keep(answer, bytes);
    }

    /** Writes the row, once. */
    void ended(boolean complete) {
        if (written) {
            return;
        }
        written = true;
        Instant endedAt = clock.instant();
        ReportedUsage usage = ReportedUsage.in(answer.toByteArray());
        String model = Json.parse(request.toByteArray())
                .map(body -> Json.string(body, "model"))
                .filter(name -> !name.isEmpty())
                .orElse(null);
        truth.add(new EngineRow(
                path, model, usage.input(), usage.output(), status, startedAt, firstByteAt, endedAt, complete));
    }

    private static void keep(ByteArrayOutputStream kept, ByteBuf bytes) {
        if (kept.size() + bytes.readableBytes() <= MAX_KEPT_BYTES) {
            kept.writeBytes(Exchange.bytes(bytes));
        }
    }
}
