// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own, started as the emulator starts it. */
class ProcessTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final TestPki pki = new TestPki();
    private TestCloud cloud;
    private TestEngine engine;
    private Process process;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud();
        engine = new TestEngine();
        engine.present.add("tiny:1b");
        cloud.secret(1, BundleText.of(pki, pki.server(), 1).bytes());
        cloud.set("attributes/pllm-config", TestCloud.config(1, RunningGuest.MODEL, 900, ""));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(GuestLaunch.jvmFlags());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), GuestLaunch.mainClass()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(folder.resolve("serial").toFile());
        builder.environment()
                .putAll(Map.of(
                        GuestEnvironment.METADATA_HOST, cloud.authority(),
                        GuestEnvironment.BIND, "127.0.0.1:" + address.getPort(),
                        GuestEnvironment.ENGINE_URL, engine.url(),
                        GuestEnvironment.SECRET_ENDPOINT, "http://" + cloud.authority(),
                        GuestEnvironment.POWER_OFF_FILE,
                                folder.resolve("poweroff").toString()));
        process = builder.start();
    }

    @AfterEach
    void stop() throws Exception {
        process.destroyForcibly().waitFor();
        engine.close();
        cloud.close();
    }

    private String serial() throws Exception {
        return Files.readString(folder.resolve("serial"), StandardCharsets.UTF_8);
    }

    @Test
    void bootsServesAndEndsOnSigterm() throws Exception {
        await().atMost(DEADLINE).until(() -> serial().contains("ready: tiny:1b") && serial().contains("listening on"));
        try (TlsClient client = TlsClient.connect(address, pki.tls(pki.client("controller")))) {
            assertThat(client.send("GET", "/pllm/v1/health", BundleText.MANAGE, "")
                            .readAnswer())
                    .contains("\"state\":\"ready\"");
        }
        process.destroy();
        assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(serial()).doesNotContain("Exception").doesNotContain("WARNING");
    }

    @Test
    void endsWithWhoeverStartedIt() throws Exception {
        await().atMost(DEADLINE).until(() -> serial().contains("listening on"));
        process.getOutputStream().close();
        assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
