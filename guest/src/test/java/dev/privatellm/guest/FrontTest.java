// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrontTest {
    private static RunningGuest guest;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        guest = new RunningGuest(folder);
        guest.engine.present.add("tiny:1b");
        guest.ready();
    }

    @AfterAll
    static void stop() {
        guest.close();
    }

    @Test
    void aGatewayReadsHealth() throws Exception {
        try (TlsClient client = guest.gateway()) {
            assertThat(client.send("GET", "/pllm/v1/health", BundleText.INFER, "")
                            .readAnswer())
                    .startsWith("HTTP/1.1 200 ")
                    .contains(
                            "\"state\":\"ready\"",
                            "\"generation\":1",
                            "\"bootId\":\"boot-1\"",
                            "\"instanceId\":\"4711\"",
                            "\"configHash\":\"hash\"")
                    .contains(
                            "\"models\":[{\"name\":\"tiny:1b\",\"digest\":\"d1\",\"loaded\":true}]",
                            "\"openStreams\":0",
                            "\"deadManAt\":");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /pllm/v1/heartbeat, 403",
        "POST, /pllm/v1/drain, 403",
        "POST, /pllm/v1/bundle, 403",
        "GET, /pllm/v1/metrics, 403",
        "GET, /pllm/v1/logs, 403",
        "POST, /api/pull, 403",
        "POST, /api/%70ull, 403",
        "DELETE, /API/delete/, 403",
        "POST, /api/blobs/sha256:1, 403",
        "POST, /api/chat/../pull, 404",
        "POST, //api/pull, 404",
        "GET, /favicon.ico, 404"
    })
    void aGatewayMayGenerateAndNothingElse(String method, String path, int status) throws Exception {
        try (TlsClient client = guest.gateway()) {
            assertThat(client.send(method, path, BundleText.INFER, "").readAnswer())
                    .startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void theTokenToManageOpensManagingToAGateway() throws Exception {
        try (TlsClient client = guest.gateway()) {
            assertThat(client.send("POST", "/api/copy", BundleText.MANAGE, "").readAnswer())
                    .startsWith("HTTP/1.1 404 ");
            assertThat(guest.engine.calls).anyMatch(call -> call.startsWith("/api/copy"));
        }
    }

    @Test
    void aMissingOrWrongBearerIsUnauthorized() throws Exception {
        for (String token : new String[] {"", "4".repeat(64), "1"}) {
            try (TlsClient client = guest.gateway()) {
                assertThat(client.send("GET", "/api/tags", token, "").readAnswer())
                        .startsWith("HTTP/1.1 401 ");
            }
        }
    }

    @Test
    void theNextTokenIsAdmittedToo() throws Exception {
        try (TlsClient client = guest.gateway()) {
            assertThat(client.send("GET", "/api/tags", BundleText.INFER_NEXT, "")
                            .readAnswer())
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aCertificateWithoutARoleIsForbidden() throws Exception {
        try (TlsClient client =
                TlsClient.connect(guest.awaitListening(), guest.pki.tls(guest.pki.client("somebody")))) {
            assertThat(client.send("GET", "/pllm/v1/health", BundleText.INFER, "")
                            .readAnswer())
                    .startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void aClientOfAnotherAuthorityIsRefused() {
        TestPki other = new TestPki();
        assertRefused(guest.pki.tls(other.client("gateway")));
    }

    @Test
    void anExpiredClientCertificateIsRefused() {
        assertRefused(guest.pki.tls(guest.pki.client("gateway", Duration.ofHours(-1))));
    }

    @Test
    void aServerCertificateIsNoClientCertificate() {
        assertRefused(guest.pki.tls(guest.server));
    }

    private static void assertRefused(SSLContext tls) {
        assertThatThrownBy(() -> {
                    try (TlsClient client = TlsClient.connect(guest.awaitListening(), tls)) {
                        client.send("GET", "/pllm/v1/health", BundleText.INFER, "")
                                .readAnswer();
                    }
                })
                .isInstanceOf(IOException.class);
        assertThat(guest.console()).contains("handshake refused");
    }

    @Test
    void tlsBelow13IsRefused() {
        assertThatThrownBy(() -> {
                    SSLContext tls = guest.pki.tls(guest.pki.client("gateway"));
                    TlsClient.connect(guest.awaitListening(), tls, "TLSv1.2").close();
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    @DisplayName("S9 credentials and traces of callers never reach the engine, whose Host is localhost")
    void credentialsNeverReachTheEngine() throws Exception {
        try (TlsClient client = guest.gateway()) {
            client.send(
                            "POST",
                            "/api/embed",
                            BundleText.INFER,
                            "{}",
                            "x-api-key: canary",
                            "Cookie: canary",
                            "Origin: http://canary",
                            "X-Forwarded-For: canary",
                            "Forwarded: for=canary",
                            "Proxy-Authorization: canary",
                            "X-Client-Cert: canary",
                            "Connection: X-Secret-Hop",
                            "X-Secret-Hop: canary",
                            "User-Agent: passes")
                    .readAnswer();
        }
        Headers seen = guest.engine.seen.get("/api/embed");
        assertThat(seen.toString())
                .doesNotContain("canary")
                .doesNotContain(BundleText.INFER)
                .contains("passes");
        assertThat(seen.getFirst("Host")).isEqualTo("localhost");
    }

    @Test
    @DisplayName("P3 a running stream is counted as open, and a client that leaves cancels the engine's work at once")
    void aRunningStreamIsCountedAndCancelled() throws Exception {
        try (TlsClient client = guest.gateway()) {
            client.send("POST", "/api/chat", BundleText.INFER, "{}");
            guest.engine.lines.release(2);
            String answer = client.readUntil("{\"line\":1}\n");
            assertThat(answer).doesNotContain("x-pllm-not-forwarded");
            assertThat(guest.health()).contains("\"openStreams\":1", "\"lastActivity\":");
        }
        guest.awaitHealth("\"openStreams\":0");
        guest.engine.lines.release(100_000);
        assertThat(guest.engine.clientGone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void metricsAndLogsAreForTheController() throws Exception {
        try (TlsClient client = guest.controller()) {
            assertThat(client.send("GET", "/pllm/v1/metrics", BundleText.MANAGE, "")
                            .readAnswer())
                    .contains("pllm_ready 1\n");
            assertThat(client.send("GET", "/pllm/v1/logs?n=1000", BundleText.MANAGE, "")
                            .readAnswer())
                    .contains("ready: tiny:1b");
            assertThat(client.send("POST", "/pllm/v1/heartbeat", BundleText.MANAGE, "{\"holder\":\"a\",\"epoch\":1}")
                            .readAnswer())
                    .startsWith("HTTP/1.1 204 ");
        }
    }
}
