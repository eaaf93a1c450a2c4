// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.machine.cost.LedgerEntry;
import dev.privatellm.machine.cost.RunLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The book of runs as lines of JSON in one file that is only ever appended to, each line forced to disk. A process that dies while it writes leaves a line
 * without its end: that line never was in the book, its entry is still in the record, and it is cut off before the next one is written. Any other line that is not understood
 * stays where it is and is told of: a machine must not go on costing money because its past bills cannot be read.
 */
final class FileRunLedger implements RunLedger, AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Logger LOG = LoggerFactory.getLogger(FileRunLedger.class);

    private final FileChannel file;
    private final List<LedgerEntry> entries;
    private final Set<String> keys = new HashSet<>();
    private long whole;

    /** Continues the file. */
    FileRunLedger(Path path) throws IOException {
        byte[] content = DurableFile.read(path).orElse(new byte[0]);
        this.whole = lengthOfWholeLines(content);
        this.entries = new ArrayList<>(parse(content, whole, path));
        entries.forEach(entry -> keys.add(entry.key()));
        this.file = DurableFile.append(path);
        if (whole < content.length) {
            LOG.warn("{} ends within a line that was never finished; it is cut off", path);
            cutOff();
        }
    }

    /** What is in a book that somebody else may be writing at this moment; empty if there is none. */
    static List<LedgerEntry> read(Path path) throws IOException {
        byte[] content = DurableFile.read(path).orElse(new byte[0]);
        return parse(content, lengthOfWholeLines(content), path);
    }

    @Override
    public synchronized List<LedgerEntry> entries() {
        return List.copyOf(entries);
    }

    @Override
    public synchronized void append(LedgerEntry entry) {
        if (keys.contains(entry.key())) {
            return;
        }
        ByteBuffer line = ByteBuffer.wrap((JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8));
        int length = line.remaining();
        try {
            if (file.size() != whole) {
                cutOff();
            }
            while (line.hasRemaining()) {
                file.write(line);
            }
            file.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger of runs cannot be written", e);
        }
        whole += length;
        entries.add(entry);
        keys.add(entry.key());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void cutOff() throws IOException {
        file.truncate(whole);
        file.force(true);
    }

    private static List<LedgerEntry> parse(byte[] content, long whole, Path path) {
        List<LedgerEntry> entries = new ArrayList<>();
        int number = 0;
        String text = new String(content, 0, (int) whole, StandardCharsets.UTF_8);
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                entries.add(JSON.readValue(line, LedgerEntry.class));
            } catch (JacksonException | IllegalArgumentException e) {
                LOG.warn(
                        "{}, line {}: not understood, not counted and left as it is ({})",
                        path,
                        number,
                        e.getMessage());
            }
        }
        return entries;
    }

    private static long lengthOfWholeLines(byte[] content) {
        int end = content.length;
        while (end > 0 && content[end - 1] != '\n') {
            end--;
        }
        return end;
    }
}
