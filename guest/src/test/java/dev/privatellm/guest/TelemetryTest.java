// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a machine tells its controller of its GPUs and its engine, with the script that a unit of the machine runs, and programs on the PATH that print what the real ones document. */
@EnabledOnOs(OS.LINUX)
class TelemetryTest {
    private static final Path SCRIPT = Path.of("install", "telemetry.sh");
    private static final String CANARY = "the-canary-sings";

    @TempDir
    private Path folder;

    private Path programs;
    private Path written;
    private RunningGuest guest;

    @BeforeEach
    void make() throws Exception {
        programs = Files.createDirectory(folder.resolve("programs"));
        written = Files.createDirectory(folder.resolve("written"));
        guest = new RunningGuest(folder, Map.of(GuestEnvironment.TELEMETRY_FOLDER, written.toString()));
    }

    @AfterEach
    void stop() {
        guest.close();
    }

    /** Puts a program onto the PATH that takes just these arguments. */
    private void program(String name, String arguments, String output) throws IOException {
        Path program = Files.writeString(
                programs.resolve(name),
                "#!/bin/sh\n[ \"$*\" = '%s' ] || exit 2\ncat <<'OUTPUT'\n%s\nOUTPUT\n".formatted(arguments, output));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void gpus(String output) throws IOException {
        program(
                "nvidia-smi",
                "--query-gpu=index,utilization.gpu,memory.used,memory.total --format=csv,noheader,nounits",
                output);
    }

    private void journal(String output) throws IOException {
        program("journalctl", "--quiet --no-pager --output=cat --lines=300 --unit=private-llm-engine.service", output);
    }

    /** Runs the script until it has looked once. */
    private void look() throws Exception {
        ProcessBuilder script = new ProcessBuilder("bash", SCRIPT.toString());
        script.environment().put("PATH", programs + ":/usr/bin:/bin");
        script.environment().put("RUNTIME_DIRECTORY", written.toString());
        Process running = script.start();
        try {
            await().atMost(RunningGuest.DEADLINE).until(() -> Files.exists(written.resolve("engine.log")));
        } finally {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly().waitFor();
        }
    }

    private String told(String path) throws IOException {
        try (TlsClient client = guest.controller()) {
            return client.send("GET", "/pllm/v1/" + path, BundleText.MANAGE, "").readAnswer();
        }
    }

    @Test
    @DisplayName("the metrics tell utilisation and memory of every GPU, and nothing of what a GPU does not have")
    void tellsOfEveryGpu() throws Exception {
        gpus("0, 37, 21034, 23034\n1, [N/A], 0, 23034");
        journal("");
        guest.ready();
        look();

        assertThat(told("metrics"))
                .contains(
                        "# TYPE pllm_gpu_utilization_percent gauge\npllm_gpu_utilization_percent{gpu=\"0\"} 37\n# TYPE",
                        "pllm_gpu_memory_used_bytes{gpu=\"0\"} 22055747584\n",
                        "pllm_gpu_memory_used_bytes{gpu=\"1\"} 0\n",
                        "pllm_gpu_memory_total_bytes{gpu=\"1\"} 24152899584\n");

        Files.setLastModifiedTime(
                written.resolve("gpu"), FileTime.from(Instant.now().minus(Telemetry.STALE)));
        assertThat(told("metrics")).contains("pllm_ready 1").doesNotContain("gpu");
    }

    @Test
    void tellsOfNoGpuWhereThereIsNone() throws Exception {
        gpus("");
        Files.writeString(programs.resolve("nvidia-smi"), "#!/bin/sh\necho 'No devices were found'\nexit 6\n");
        journal("");
        guest.ready();
        look();

        assertThat(told("metrics")).contains("pllm_ready 1").doesNotContain("gpu");
    }

    @Test
    @DisplayName("S6 of the engine's log what happened is told next to our own lines, and no text of anybody's")
    void tellsOfTheEngineWithoutAnybodysText() throws Exception {
        gpus("");
        journal("""
                time=2026-01-02T03:04:05.678Z level=INFO source=server.go:1289 msg="llama runner started in 2.01 seconds" %1$s=1 model=%1$s
                time=2026-01-02T03:04:06.678Z level=WARN source=runner.go:154 msg="truncating input prompt" limit=2048 prompt=9000 text="%1$s level=3 msg" keep=4 size="1.5 GiB"
                time=2026-01-02T03:04:07.678Z level=ERROR source=routes.go:12 msg="chat \\"%1$s\\"" error="%1$s"
                time=2026-01-02T03:04:07.778Z level=INFO source=routes.go:1234 msg="server config" env="map[%1$s %2$s]"
                time=2026-01-02T03:04:08.678Z level=DEBUG source=routes.go:13 msg="chat request" prompt=%1$s
                [GIN] 2026/01/02 - 03:04:09 | 200 |  1.234567891s |       127.0.0.1 | POST     "/api/chat?q=%1$s"
                [GIN] 2026/01/02 - 03:04:10 | 404 |      12.345µs |       127.0.0.1 | GET      "/%1$s"
                print_info: general.name = %1$s
                %1$s""".formatted(CANARY, "\\\"x ".repeat(10_000)));
        guest.ready();
        look();

        String logs = told("logs?n=500");
        assertThat(logs)
                .contains(
                        "2026-01-02T03:04:05.678Z engine INFO server.go:1289 llama runner started in 2.01 seconds\n",
                        "2026-01-02T03:04:06.678Z engine WARN runner.go:154 truncating input prompt limit=2048 prompt=9000 keep=4 size=1.5 GiB\n",
                        "engine INFO routes.go:1234 server config\n",
                        "engine POST /api/chat: 200, 1.234567891s\n",
                        "ready: tiny:1b")
                .doesNotContain(CANARY, "level=3", "DEBUG", "12.345");
        assertThat(logs.indexOf("llama runner")).isLessThan(logs.indexOf("ready: tiny:1b"));
    }
}
