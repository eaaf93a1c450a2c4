// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.privatellm.cli.wiring.GoogleConnection;
import dev.privatellm.cli.workstation.ControlClient;
import dev.privatellm.cli.workstation.StatePlaces;
import dev.privatellm.cli.workstation.WorkstationFailure;
import dev.privatellm.lab.gcp.GoogleCloud;
import dev.privatellm.lab.gcp.GoogleCloudOptions;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a process ends, whoever asks it to and however often. */
class OrderlyEndProcessTest {
    private static final String DOCUMENT = """
            apiVersion: privatellm.dev/v1alpha1
            kind: PrivateLlm
            metadata:
              name: mine
            spec:
              provider: {gcp: {projectId: my-project}}
              placement: {zones: [europe-west4-a], machineTypes: [g2-standard-8]}
              model: {name: "llama3.2:3b"}
              power: {firstBoot: OnDemand}
              security: {keyAlgorithm: ECDSA_P256}
            """;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int INT_BIT = 1 << 1;

    @TempDir
    Path folder;

    private GoogleCloud cloud;
    private GoogleConnection connection;
    private Process process;

    @AfterEach
    void end() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        if (cloud != null) {
            connection.close();
            cloud.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    @DisplayName("C11 a signal ends serve in order: exit 0, the machine is stopped, the firewall is closed")
    void signalEndsInOrder(String signal) throws Exception {
        serveAwake();

        send(signal);

        assertEndedInOrder();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    @DisplayName("C11 signals during an orderly end wait for it instead of cutting it short")
    void signalsDoNotCutAnOrderlyEndShort(String signal) throws Exception {
        serveAwake();
        ControlClient.call(socket(), "stop");
        await().atMost(PATIENCE).until(() -> status() == InstanceStatus.STOPPING);

        send(signal);
        send(signal);

        assertEndedInOrder();
        assertThat(said()).contains("already ending");
    }

    @Test
    @DisplayName("C15 a tour that is interrupted ends with 130: it has proved nothing")
    void interruptedTourIsNoSuccess() throws Exception {
        start(List.of("demo", "--once", "--port", "0", "--boot", "30s"), "");
        await().atMost(PATIENCE).until(() -> said().contains("making RSA-4096 keys"));

        send("INT");

        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(said())
                .isTrue();
        assertThat(process.exitValue()).isEqualTo(ExitCodes.INTERRUPTED);
        assertThat(said()).doesNotContain("internal error");
    }

    private void serveAwake() throws Exception {
        cloud = GoogleCloud.start(GoogleCloudOptions.defaults().withBoot(Duration.ZERO));
        connection =
                GoogleConnection.open("my-project", Optional.of(cloud.baseUri()), Optional.of(cloud.credentialsFile()));
        Path document = Files.writeString(folder.resolve("mine.yaml"), DOCUMENT);
        start(
                List.of(
                        "serve",
                        "--file",
                        document.toString(),
                        "--port",
                        "0",
                        "--state",
                        state().toString(),
                        "--gcp-endpoint",
                        cloud.baseUri().toString()),
                cloud.credentialsFile().toString());
        await().atMost(PATIENCE).until(this::phase, phase -> !phase.isEmpty());
        ControlClient.call(socket(), "wake");
        await().atMost(PATIENCE).until(this::phase, "Running"::equals);
    }

    private void start(List<String> arguments, String credentials) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var builder = new ProcessBuilder(Stream.concat(
                        Stream.of(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                classes,
                                "dev.privatellm.cli.Main"),
                        arguments.stream())
                .toList());
        builder.environment().put("GOOGLE_APPLICATION_CREDENTIALS", credentials);
        builder.environment().put("XDG_STATE_HOME", folder.toString());
        process = builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
    }

    /** A shell may have had us ignore SIGINT, which a child inherits and Java then leaves so. */
    private void send(String signal) throws Exception {
        var status = Path.of("/proc/%d/status".formatted(process.pid()));
        if (signal.equals("INT") && Files.exists(status)) {
            var ignored = Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("SigIgn:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .findFirst()
                    .orElse(0);
            assumeTrue((ignored & INT_BIT) == 0, "this process was started with SIGINT ignored");
        }
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private void assertEndedInOrder() throws Exception {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(said())
                .isTrue();
        assertThat(process.exitValue()).as(said()).isZero();
        assertThat(status()).isEqualTo(InstanceStatus.STOPPED);
        assertThat(connection.ports().firewalls().list()).isEmpty();
    }

    private InstanceStatus status() {
        return connection.ports().instances().findByResource("default_mine").stream()
                .map(Instance::status)
                .findFirst()
                .orElseThrow();
    }

    private String phase() {
        assertThat(process.isAlive()).as(this::said).isTrue();
        try {
            return ControlClient.call(socket(), "status").path("phase").asString("");
        } catch (WorkstationFailure notYet) {
            return "";
        }
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("said"));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    private Path state() {
        return folder.resolve("state");
    }

    private Path socket() {
        return StatePlaces.ofThisProcess().socket(state());
    }
}
