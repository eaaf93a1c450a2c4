// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a machine wrote to its serial port: the last of it in memory, all of it in a file. Positions count from the first byte ever. Thread-safe. */
public final class SerialLog {

    /** What the cloud keeps: the most recent 1 MB. */
    public static final int MAX_BYTES = 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(SerialLog.class);

    private final Path file;
    private byte[] kept = new byte[0];
    private long start;

    public SerialLog(Path file) {
        this.file = file;
    }

    /**
     * A piece of the output.
     *
     * @param start position of its first byte; later than asked for if older bytes are gone
     * @param next position after its last
     */
    public record Piece(String contents, long start, long next) {}

    /** What was written from a position on; a negative one counts from the end. */
    public synchronized Piece read(long from) {
        long end = start + kept.length;
        long wanted = from < 0 ? end + from : from;
        long first = Math.clamp(wanted, start, end);
        return new Piece(
                new String(kept, (int) (first - start), (int) (end - first), StandardCharsets.UTF_8), first, end);
    }

    /** Writes a line of the platform's own. */
    public void line(String text) {
        add((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Takes over a process's output until it ends. */
    public void drain(InputStream output) {
        byte[] buffer = new byte[8192];
        try (output) {
            for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
                add(Arrays.copyOf(buffer, n));
            }
        } catch (IOException e) {
            log.debug("Serial output ended: {}", e.toString());
        }
    }

    private synchronized void add(byte[] bytes) {
        byte[] joined = Arrays.copyOf(kept, kept.length + bytes.length);
        System.arraycopy(bytes, 0, joined, kept.length, bytes.length);
        int over = Math.max(0, joined.length - MAX_BYTES);
        kept = over == 0 ? joined : Arrays.copyOfRange(joined, over, joined.length);
        start += over;
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            out.write(bytes);
        } catch (IOException e) {
            log.debug("Serial file {}: {}", file, e.toString());
        }
    }
}
