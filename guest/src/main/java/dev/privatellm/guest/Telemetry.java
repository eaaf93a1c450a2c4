// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a unit of the machine writes down for this program every 15 s: what {@code nvidia-smi --query-gpu=index,utilization.gpu,memory.used,memory.total --format=csv,noheader,nounits}
 * prints, and the end of the engine's log. What is not there, or has not been renewed for {@link #STALE}, is not told.
 */
final class Telemetry {
    static final Duration STALE = Duration.ofMinutes(1);

    private static final int MOST_BYTES = 512 * 1024;
    private static final int MOST_GPUS = 64;
    private static final long MEBIBYTE = 1024 * 1024;

    private final Optional<Path> folder;
    private final Time time;

    Telemetry(Optional<Path> folder, Time time) {
        this.folder = folder;
        this.time = time;
    }

    /** Gauges in Prometheus' text format; empty without a GPU. A value that a GPU does not have ({@code [N/A]}) is left out. */
    String gpuMetrics() {
        List<String[]> gpus = read("gpu")
                .lines()
                .limit(MOST_GPUS)
                .map(line -> line.split(", *", -1))
                .filter(values -> values.length == 4 && values[0].matches("[0-9]{1,3}"))
                .toList();
        return gauge("pllm_gpu_utilization_percent", gpus, 1, 1)
                + gauge("pllm_gpu_memory_used_bytes", gpus, 2, MEBIBYTE)
                + gauge("pllm_gpu_memory_total_bytes", gpus, 3, MEBIBYTE);
    }

    private static String gauge(String name, List<String[]> gpus, int column, long factor) {
        StringBuilder text = new StringBuilder();
        for (String[] values : gpus) {
            if (values[column].matches("[0-9]{1,9}")) {
                text.append("%s{gpu=\"%s\"} %d\n".formatted(name, values[0], Long.parseLong(values[column]) * factor));
            }
        }
        return text.isEmpty() ? "" : "# TYPE " + name + " gauge\n" + text;
    }

    /** What may be told of the engine's log, between lines of our own that begin with their time: the last of both, in the order in which they were written. */
    List<String> with(List<String> own, int count) {
        record Dated(Instant at, String line) {}
        Stream<Dated> ours = own.stream().map(line -> new Dated(Journal.timeOf(line), line));
        Stream<Dated> engines = EngineLog.tellable(read("engine.log"), ZoneId.systemDefault()).stream()
                .map(line -> new Dated(line.at(), line.at() + " " + line.text()));
        List<String> all = Stream.concat(ours, engines)
                .sorted(java.util.Comparator.comparing(Dated::at))
                .map(Dated::line)
                .toList();
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    private String read(String name) {
        if (folder.isEmpty()) {
            return "";
        }
        Path file = folder.get().resolve(name);
        try (var stream = Files.newInputStream(file)) {
            boolean isStale =
                    Files.getLastModifiedTime(file).toInstant().plus(STALE).isBefore(time.now());
            return isStale ? "" : new String(stream.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
