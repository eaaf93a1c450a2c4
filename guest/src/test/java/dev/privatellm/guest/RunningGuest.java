// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A guest in this process, wired to a {@link TestCloud} and a {@link TestEngine}, with clients of its own. */
final class RunningGuest implements AutoCloseable {
    static final String MODEL = "{\"name\":\"tiny:1b\",\"contextLength\":4096}";
    static final Duration DEADLINE = Duration.ofSeconds(10);

    final TestPki pki = new TestPki();
    final TestPki.Identity server = pki.server();
    final TestCloud cloud = new TestCloud();
    final TestEngine engine = new TestEngine();
    final Path powerOffFile;
    final Path installSteps;
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private final Guest guest;
    private final Thread starting;

    RunningGuest(Path folder) throws IOException {
        this(folder, Map.of());
    }

    /** @param more variables of its environment */
    RunningGuest(Path folder, Map<String, String> more) throws IOException {
        powerOffFile = folder.resolve("poweroff");
        installSteps = folder.resolve("steps");
        Map<String, String> variables = new HashMap<>(Map.of(
                GuestEnvironment.METADATA_HOST, cloud.authority(),
                GuestEnvironment.BIND, "127.0.0.1:0",
                GuestEnvironment.ENGINE_URL, engine.url(),
                GuestEnvironment.SECRET_ENDPOINT, "http://" + cloud.authority(),
                GuestEnvironment.POWER_OFF_FILE, powerOffFile.toString(),
                GuestEnvironment.INSTALL_STEPS, installSteps.toString()));
        variables.putAll(more);
        guest = new Guest(
                GuestEnvironment.of(variables),
                Time.system(),
                new Journal(Time.system().clock(), new PrintStream(console, true, StandardCharsets.UTF_8)),
                "boot-1",
                Boot.now(Time.system()));
        starting = new Thread(this::start);
    }

    private void start() {
        try {
            guest.start();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    BundleText bundle(long generation) {
        return BundleText.of(pki, server, generation);
    }

    /** Boots with a bundle and a model, without waiting for anything. */
    RunningGuest boot() {
        cloud.secret(1, bundle(1).bytes());
        return boot(TestCloud.config(1, MODEL, 900, ""));
    }

    RunningGuest boot(String config) {
        cloud.set("attributes/pllm-config", config);
        starting.start();
        return this;
    }

    /** Boots, and waits until the model is loaded. */
    RunningGuest ready() throws IOException {
        boot();
        awaitState("ready");
        return this;
    }

    InetSocketAddress awaitListening() {
        await().atMost(DEADLINE).until(() -> guest.listening() != null);
        return Objects.requireNonNull(guest.listening());
    }

    boolean isListening() {
        return guest.listening() != null;
    }

    TlsClient controller() throws IOException {
        return TlsClient.connect(awaitListening(), pki.tls(pki.client("controller")));
    }

    TlsClient gateway() throws IOException {
        return TlsClient.connect(awaitListening(), pki.tls(pki.client("gateway")));
    }

    String health() throws IOException {
        try (TlsClient client = controller()) {
            return client.send("GET", "/pllm/v1/health", BundleText.MANAGE, "").readAnswer();
        }
    }

    void awaitState(String state) throws IOException {
        awaitHealth("\"state\":\"" + state + "\"");
    }

    /** The first health that has this in it. */
    String awaitHealth(String part) {
        awaitListening();
        return await().atMost(DEADLINE).until(this::health, health -> health.contains(part));
    }

    String console() {
        return console.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        engine.lines.release(1_000_000);
        try {
            guest.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        engine.close();
        cloud.close();
    }
}
