// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.privatellm.controller.step.EffectLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/**
 * One line per effect, on disk before anything follows it. For tests the process can be told to stand still once a certain line is there, so that it can be
 * killed exactly there. Used by the one thread that carries effects out.
 */
final class EffectJournal implements EffectLog, AutoCloseable {
    /** Names the line, by its number {@code n} in the file, after which nothing more is done. */
    static final String PAUSE_VARIABLE = "PRIVATE_LLM_PAUSE_AFTER_EFFECT";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final FileChannel file;
    private final OptionalLong pauseAfter;
    private final Runnable atPause;
    private volatile long lines;

    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    @JsonPropertyOrder({"n", "kind", "target", "requestId", "outcome"})
    private record Line(long n, String kind, String target, Optional<String> requestId, String outcome) {}

    /**
     * Continues the file.
     *
     * @param pauseAfter line after which the process stands still
     * @param atPause ends whatever else works for the controller
     */
    EffectJournal(Path path, OptionalLong pauseAfter, Runnable atPause) throws IOException {
        this.lines = DurableFile.read(path).map(EffectJournal::countLines).orElse(0L);
        this.file = DurableFile.append(path);
        this.pauseAfter = pauseAfter;
        this.atPause = atPause;
    }

    /** Writes a line; never returns from the one to pause after. */
    @Override
    public void append(Entry entry) {
        long n = lines + 1;
        Line line = new Line(n, entry.kind().name(), entry.target(), entry.requestId(), entry.outcome());
        try {
            ByteBuffer bytes = ByteBuffer.wrap((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException("the effect journal cannot be written", e);
        }
        lines = n;
        if (pauseAfter.isPresent() && n == pauseAfter.getAsLong()) {
            standStill();
        }
    }

    /** How many effects are on disk, those of earlier processes included. */
    long lines() {
        return lines;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void standStill() {
        atPause.run();
        while (true) {
            LockSupport.park(this);
        }
    }

    private static long countLines(byte[] content) {
        long count = 0;
        for (byte each : content) {
            count += each == '\n' ? 1 : 0;
        }
        return count;
    }
}
