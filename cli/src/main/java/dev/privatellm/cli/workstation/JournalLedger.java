// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.gateway.port.UsageLedger;
import dev.privatellm.gateway.port.UsageRow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The book of usage as lines of JSON, one file per day (UTC). Rows wait in a bounded queue for the one thread that writes them, many at once, each batch
 * forced to disk; what does not fit is counted and said. Safe from any thread.
 */
final class JournalLedger implements UsageLedger, AutoCloseable {
    /** Rows that may wait; at a few microseconds each a disk must stand still for seconds to fill it. */
    static final int MAX_WAITING = 10_000;

    private static final int MAX_BATCH = 512;
    private static final long POLL_MILLIS = 200;
    private static final long CLOSE_MILLIS = 5_000;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Logger LOG = LoggerFactory.getLogger(JournalLedger.class);

    private final Path folder;
    private final BlockingQueue<UsageRow> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final Thread writer =
            Thread.ofPlatform().daemon().name("usage-ledger").unstarted(this::run);
    private volatile boolean closing;
    private @Nullable LocalDate day;
    private @Nullable FileChannel file;

    /** Begins to write into this folder. */
    JournalLedger(Path folder) {
        this.folder = folder;
        writer.start();
    }

    @Override
    public void append(UsageRow row) {
        if (closing || !waiting.offer(row)) {
            dropped.incrementAndGet();
        }
    }

    /** Rows that were not written since this ledger was opened. */
    long dropped() {
        return dropped.get();
    }

    /** Rows that are on disk since this ledger was opened. */
    long rows() {
        return rows.get();
    }

    /** Writes what waits and ends. */
    @Override
    public void close() {
        closing = true;
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<UsageRow> batch = new ArrayList<>();
        try {
            while (!closing || !waiting.isEmpty()) {
                UsageRow first = waiting.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    waiting.drainTo(batch, MAX_BATCH - 1);
                    write(batch);
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("usage ledger interrupted with {} rows waiting", waiting.size());
        } finally {
            closeFile();
        }
    }

    private void write(List<UsageRow> batch) {
        try {
            for (UsageRow row : batch) {
                ByteBuffer line = ByteBuffer.wrap(
                        (JSON.writeValueAsString(LedgerLine.of(row)) + "\n").getBytes(StandardCharsets.UTF_8));
                FileChannel channel = fileOf(row);
                while (line.hasRemaining()) {
                    channel.write(line);
                }
            }
            FileChannel last = file;
            if (last != null) {
                last.force(false);
            }
            rows.addAndGet(batch.size());
        } catch (IOException e) {
            long lost = dropped.addAndGet(batch.size());
            LOG.error("usage ledger cannot be written, {} rows lost so far", lost, e);
        }
    }

    private FileChannel fileOf(UsageRow row) throws IOException {
        LocalDate of = LocalDate.ofInstant(row.time(), ZoneOffset.UTC);
        FileChannel current = file;
        if (current == null || !of.equals(day)) {
            closeFile();
            current = DurableFile.append(folder.resolve("usage-" + of + ".jsonl"));
            file = current;
            day = of;
        }
        return current;
    }

    private void closeFile() {
        FileChannel last = file;
        file = null;
        if (last != null) {
            try {
                last.force(false);
                last.close();
            } catch (IOException e) {
                LOG.error("usage ledger cannot be closed", e);
            }
        }
    }
}
