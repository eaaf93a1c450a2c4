// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.bench.Subject;
import dev.privatellm.cli.workstation.ControlClient;
import dev.privatellm.cli.workstation.StatePlaces;
import dev.privatellm.cli.workstation.WorkstationFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import oshi.SystemInfo;
import tools.jackson.databind.json.JsonMapper;

/** {@code lab gcp} and {@code serve}, each a process of its own with this process's Java, class path and flags: what a user would run, measured from outside. */
final class SeparateProcesses implements Subject, AutoCloseable {
    private static final Duration START_DEADLINE = Duration.ofMinutes(1);
    private static final Duration SLEEP_DEADLINE = Duration.ofMinutes(2);
    private static final Duration END_DEADLINE = Duration.ofSeconds(30);
    private static final Duration LOOK_PERIOD = Duration.ofMillis(20);

    private final List<String> labFlags;
    private final Path folder = Files.createTempDirectory("private-llm-bench");
    private final Path state = folder.resolve("state");
    private final Path socket = StatePlaces.ofThisProcess().socket(state);
    /** What is measured is our part of a wake; how long a machine takes to make itself a large RSA key is its processor's. */
    private static final String QUICK_KEYS = "  security:\n    keyAlgorithm: ECDSA_P256\n";

    private final PrivateLlm document = DocumentFile.sample();
    private final List<Process> running = new CopyOnWriteArrayList<>();
    private volatile URI emulator = URI.create("http://127.0.0.1");
    private volatile String bearer = "";

    /**
     * Starts nothing yet.
     *
     * @param labFlags more flags for the emulator's Java
     */
    SeparateProcesses(String... labFlags) throws IOException {
        this.labFlags = List.of(labFlags);
    }

    /** Starts both and waits until a wake would find its keys ready. */
    void start() throws IOException {
        var lab = started(process(labFlags, "lab", "gcp", "--boot", "0s")
                .redirectError(folder.resolve("lab.log").toFile()));
        var ready = JsonMapper.shared().readTree(firstLine(lab));
        emulator = URI.create("http://127.0.0.1:" + ready.required("port").intValue());
        bearer = ready.required("token").stringValue();
        var file = Files.writeString(folder.resolve("privatellm.yaml"), DocumentFile.sampleText() + QUICK_KEYS);
        var log = folder.resolve("serve.log");
        var builder = process(
                List.of(),
                "serve",
                "--file",
                file.toString(),
                "--port",
                "0",
                "--state",
                state.toString(),
                "--gcp-endpoint",
                emulator.toString());
        builder.environment()
                .put(
                        "GOOGLE_APPLICATION_CREDENTIALS",
                        ready.required("credentialsFile").stringValue());
        started(builder.redirectErrorStream(true).redirectOutput(log.toFile()));
        await(START_DEADLINE, "serve does not start; see " + log, this::hasSpareKeys);
    }

    private Process started(ProcessBuilder builder) throws IOException {
        var process = builder.start();
        running.addFirst(process);
        return process;
    }

    @Override
    public URI gateway() {
        return URI.create(ControlClient.call(socket, "status").required("url").stringValue());
    }

    @Override
    public URI emulator() {
        return emulator;
    }

    @Override
    public String bearer() {
        return bearer;
    }

    @Override
    public String model() {
        return document.spec().model().name();
    }

    @Override
    public void sleep() {
        ControlClient.call(socket, "sleep");
        ControlClient.watch(
                socket, progress -> progress.path("phase").stringValue("").equals("Stopped"));
        await(SLEEP_DEADLINE, "no spare keys", this::hasSpareKeys);
    }

    @Override
    public OptionalLong residentBytes() {
        var process = new SystemInfo().getOperatingSystem().getProcess((int)
                running.getFirst().pid());
        return process == null ? OptionalLong.empty() : OptionalLong.of(process.getResidentMemory());
    }

    /** Ends what was started last first: the service puts its machine to sleep while there is an emulator to do it. */
    @Override
    public void close() throws IOException {
        for (var process : running) {
            process.destroy();
            try {
                process.onExit().get(END_DEADLINE.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException late) {
                process.destroyForcibly();
            }
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private boolean hasSpareKeys() {
        try {
            return ControlClient.call(socket, "stats").path("spareKeys").intValue(0) >= 3;
        } catch (WorkstationFailure notYet) {
            return false;
        }
    }

    private void await(Duration deadline, String otherwise, BooleanSupplier condition) {
        long end = System.nanoTime() + deadline.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end || !running.getFirst().isAlive()) {
                throw new CommandFailure(ExitCodes.TIMED_OUT, otherwise);
            }
            LockSupport.parkNanos(LOOK_PERIOD.toNanos());
        }
    }

    private ProcessBuilder process(List<String> flags, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.privatellm.cli.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(folder.toFile());
    }

    private static String firstLine(Process process) throws IOException {
        var line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new CommandFailure(ExitCodes.UNREACHABLE, "the emulator does not start");
        }
        return line;
    }
}
