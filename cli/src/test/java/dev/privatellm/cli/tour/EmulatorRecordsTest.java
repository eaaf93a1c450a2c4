// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmulatorRecordsTest {

    private final Map<String, byte[]> documents = new HashMap<>();
    private HttpServer server;
    private EmulatorRecords records;
    private KeySearch search;
    private byte[] key;

    @BeforeEach
    void start() throws Exception {
        var pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
        key = pair.getPrivate().getEncoded();
        search = KeySearch.of(pair.getPrivate());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] document = documents.get(exchange.getRequestURI().getPath());
            boolean admitted =
                    "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(document == null ? 404 : admitted ? 200 : 401, 0);
            try (var body = exchange.getResponseBody()) {
                body.write(document == null ? new byte[0] : document);
            }
        });
        server.start();
        records = new EmulatorRecords(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "secret", "demo");
        put(
                "/_lab/billing",
                "{\"lines\":[],\"created\":1,\"starts\":2,\"billableNow\":0,\"seconds\":61.5,\"cost\":0.04}");
        put("/_lab/journal", "[{\"n\":1},{\"n\":2}]");
        put(
                "/_lab/engine",
                "[{\"path\":\"/api/embed\",\"model\":\"m\",\"inputTokens\":7,\"outputTokens\":null,\"status\":200,"
                        + "\"startedAt\":\"2026-11-21T10:00:00Z\",\"complete\":true}]");
        put("/_lab/outbound", "GET / HTTP/1.1\r\n");
        put(
                "/compute/v1/projects/demo/global/firewalls",
                "{\"kind\":\"compute#firewallList\",\"items\":[{\"name\":\"r\"}]}");
        put("/v1/projects/demo/secrets", "{\"secrets\":[{\"name\":\"projects/1/secrets/s\"}]}");
        put(
                "/v1/projects/1/secrets/s/versions",
                "{\"versions\":[{\"state\":\"ENABLED\"},{\"state\":\"DESTROYED\"},{\"state\":\"DISABLED\"}]}");
    }

    private void put(String path, String document) {
        documents.put(path, document.getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void readsTheBooksAndWhatIsLeft() throws Exception {
        CloudRecord cloud = records.read(search, true);

        assertThat(cloud.machinesCreated()).isEqualTo(1);
        assertThat(cloud.machineStarts()).isEqualTo(2);
        assertThat(cloud.machinesRunning()).isZero();
        assertThat(cloud.secondsBilled()).isEqualTo(61.5);
        assertThat(cloud.cost()).isEqualTo(0.04);
        assertThat(cloud.firewallRules()).isEqualTo(1);
        assertThat(cloud.liveSecretVersions()).isEqualTo(2);
        assertThat(cloud.calls()).isEqualTo(2);
        assertThat(cloud.outbound()).isEqualTo(new CloudRecord.Outbound(16, true, 0, OptionalInt.of(0)));
        assertThat(cloud.engine())
                .containsExactly(new EngineCount(
                        "/api/embed",
                        OptionalLong.of(7),
                        OptionalLong.empty(),
                        200,
                        Instant.parse("2026-11-21T10:00:00Z"),
                        true));
    }

    @Test
    void findsTheKeyAmongTheOutboundBytes() throws Exception {
        put(
                "/_lab/outbound",
                "x" + Base64.getEncoder().encodeToString(key) + "\n=== overflow: bytes beyond 9 were not kept ===\n");
        CloudRecord.Outbound outbound = records.read(search, true).outbound();

        assertThat(outbound.keyPieces()).isPositive();
        assertThat(outbound.complete()).isFalse();
    }

    @Test
    void namesThePathThatDoesNotAnswer() {
        documents.remove("/_lab/engine");

        assertThatThrownBy(() -> records.read(search, true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/_lab/engine: status 404");
    }

    @Test
    void doesNotTakeAMissingFigureForZero() {
        put("/_lab/billing", "{\"created\":1}");

        assertThatThrownBy(() -> records.read(search, true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("starts");
    }
}
