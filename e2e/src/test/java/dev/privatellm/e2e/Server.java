// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A {@code serve} process against an emulator, or a {@code demo}, which has its own. */
final class Server {
    private final Program program;
    private final Path state;
    private final URI url;

    private Server(Program program, Path state, URI url) {
        this.program = program;
        this.state = state;
        this.url = url;
    }

    /** Starts one on a free port and waits until it listens. */
    static Server start(
            Processes processes, Emulator emulator, Document document, Path state, Map<String, String> environment)
            throws IOException {
        return of(launch(processes, emulator, document, state, 0, environment), state);
    }

    /** The one that was started with that state folder, once it listens. */
    static Server of(Program program, Path state) {
        var socket = new ControlSocket(state);
        var url = Program.patiently().until(() -> url(program, socket), found -> !found.isEmpty());
        return new Server(program, state, URI.create(url));
    }

    static Server start(Processes processes, Emulator emulator, Document document) throws IOException {
        return start(processes, emulator, document, processes.folder().resolve(document.project()), Map.of());
    }

    /** Starts the process and leaves it to the caller what becomes of it. */
    static Program launch(
            Processes processes,
            Emulator emulator,
            Document document,
            Path state,
            int port,
            Map<String, String> environment)
            throws IOException {
        var all = new HashMap<>(
                Map.of("GOOGLE_APPLICATION_CREDENTIALS", emulator.credentials().toString()));
        all.putAll(environment);
        return processes.start(
                "serve",
                all,
                "serve",
                "--file",
                document.write(processes.folder()).toString(),
                "--port",
                String.valueOf(port),
                "--state",
                state.toString(),
                "--gcp-endpoint",
                emulator.uri().toString());
    }

    Program program() {
        return program;
    }

    Path state() {
        return state;
    }

    /** Where its gateway listens. */
    URI url() {
        return url;
    }

    /** What {@code status} answers. */
    JsonNode status() {
        return new ControlSocket(state).call("status");
    }

    void wake() {
        new ControlSocket(state).call("wake");
    }

    void sleep() {
        new ControlSocket(state).call("sleep");
    }

    /** Asks it to end. */
    void stop() {
        new ControlSocket(state).call("stop");
    }

    /** Puts the machine to sleep without waiting for an answer, from one that will stand still before it can answer. */
    void sleepUnheard() {
        new ControlSocket(state).tell("sleep");
    }

    void awaitPhase(String... phases) {
        Program.patiently()
                .untilAsserted(
                        () -> assertThat(status().path("phase").asString("")).isIn(List.of(phases)));
    }

    /** Waits until that many effects are on disk. */
    void awaitEffects(int count) {
        Program.patiently().until(() -> effects().size() >= count);
    }

    /** The lines of the effect journal on disk. */
    List<JsonNode> effects() {
        var file = state.resolve("effects.jsonl");
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file).stream()
                            .map(JsonMapper.shared()::readTree)
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The lines of the book of runs that are about a machine's run. */
    List<JsonNode> runs() throws IOException {
        return Files.readAllLines(state.resolve("ledger").resolve("runs.jsonl")).stream()
                .map(JsonMapper.shared()::readTree)
                .filter(line -> line.path("kind").asString().equals("run"))
                .toList();
    }

    private static String url(Program program, ControlSocket socket) {
        if (!program.isAlive()) {
            throw new AssertionError("it has ended:\n" + program.log());
        }
        return socket.tryCall("status")
                .map(status -> status.path("url").asString(""))
                .orElse("");
    }
}
