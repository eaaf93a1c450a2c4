// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.privatellm.machine.link.EgressUnknown;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgreeingEgressTest {
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private HttpServer providers;

    @BeforeEach
    void open() throws Exception {
        providers = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        providers.createContext("/", exchange -> {
            try (exchange) {
                asked.incrementAndGet();
                String answer = answers.get(exchange.getRequestURI().getPath());
                byte[] bytes = (answer == null ? "" : answer).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(answer == null ? 503 : 200, bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        providers.start();
    }

    @AfterEach
    void close() {
        providers.stop(0);
    }

    @Test
    void believesTwoThatAgree() {
        answer("/a", "203.0.113.7\n");
        answer("/b", "203.0.113.7");
        assertThat(egress(false, "/a", "/b").addresses()).containsExactly("203.0.113.7");
    }

    @Test
    @DisplayName("S10 IPv6 works")
    void believesIpv6() {
        answer("/a", "2001:db8::7");
        answer("/b", "2001:0DB8:0:0::7");
        assertThat(egress(false, "/a", "/b").addresses()).containsExactly("2001:db8:0:0:0:0:0:7");
    }

    @Test
    @DisplayName("S10 providers that disagree are believed in nothing")
    void disagreementIsUnknown() {
        answer("/a", "203.0.113.7");
        answer("/b", "203.0.113.8");
        assertThatThrownBy(() -> egress(false, "/a", "/b").addresses())
                .isInstanceOf(EgressUnknown.class)
                .hasMessageContaining("203.0.113.7")
                .hasMessageContaining("203.0.113.8");
    }

    @Test
    @DisplayName("S10 one that denies what two say makes it unknown")
    void denialIsUnknown() {
        answer("/a", "203.0.113.7");
        answer("/b", "203.0.113.7");
        answer("/c", "203.0.113.8");
        assertThatThrownBy(() -> egress(false, "/a", "/b", "/c").addresses()).isInstanceOf(EgressUnknown.class);
    }

    @Test
    @DisplayName("S10 a third that sees us by the other family takes nothing from what two agree on")
    void theOtherFamilyIsNoContradiction() {
        answer("/a", "203.0.113.7");
        answer("/b", "203.0.113.7");
        answer("/c", "2001:db8::7");
        assertThat(egress(false, "/a", "/b", "/c").addresses()).containsExactly("203.0.113.7");
    }

    @Test
    void aThirdThatDoesNotAnswerDoesNotMatter() {
        answer("/a", "203.0.113.7");
        answer("/b", "203.0.113.7");
        assertThat(egress(false, "/a", "/b", "/down").addresses()).containsExactly("203.0.113.7");
    }

    @Test
    void oneAnswerIsNotEnough() {
        answer("/a", "203.0.113.7");
        assertThatThrownBy(() -> egress(false, "/a", "/down").addresses())
                .isInstanceOf(EgressUnknown.class)
                .hasMessageContaining("HTTP 503");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>203.0.113.7</html>",
                "203.0.113.0/24",
                "1",
                "203.0.113",
                "203.0.113.256",
                "0.0.0.0",
                "::",
                "224.0.0.1",
                "::ffff:203.0.113.7",
                "fe80::1%eth0",
                "localhost",
                "10.1.2.3",
                "127.0.0.1",
                "169.254.169.254",
                "100.64.0.1",
                "fd00::1"
            })
    @DisplayName("S10 garbage, ranges and addresses that nobody else could come from are refused")
    void garbageIsUnknown(String garbage) {
        answer("/a", garbage);
        answer("/b", garbage);
        assertThatThrownBy(() -> egress(false, "/a", "/b").addresses()).isInstanceOf(EgressUnknown.class);
    }

    @Test
    void rehearsalBelievesLoopback() {
        answer("/a", "127.0.0.1");
        answer("/b", "127.0.0.1");
        assertThat(egress(true, "/a", "/b").addresses()).containsExactly("127.0.0.1");
    }

    @Test
    void keepsAnAnswerForFiveMinutesUnlessToldToForget() {
        answer("/a", "203.0.113.7");
        answer("/b", "203.0.113.7");
        AgreeingEgress egress = egress(false, "/a", "/b");
        egress.addresses();
        nanos.addAndGet(AgreeingEgress.KEPT_FOR.minusSeconds(1).toNanos());
        egress.addresses();
        assertThat(asked).hasValue(2);
        egress.forget();
        egress.addresses();
        assertThat(asked).hasValue(4);
        nanos.addAndGet(AgreeingEgress.KEPT_FOR.toNanos());
        egress.addresses();
        assertThat(asked).hasValue(6);
    }

    @Test
    void fewerThanTwoProvidersAreRefused() {
        assertThatThrownBy(() -> egress(false, "/a")).hasMessageContaining("expected: >= 2");
        assertThat(AgreeingEgress.TIMEOUT).isEqualTo(Duration.ofSeconds(10));
    }

    private void answer(String path, String text) {
        answers.put(path, text);
    }

    private AgreeingEgress egress(boolean admitsPrivate, String... paths) {
        List<URI> uris = java.util.Arrays.stream(paths)
                .map(path ->
                        URI.create("http://127.0.0.1:" + providers.getAddress().getPort() + path))
                .toList();
        return new AgreeingEgress(uris, admitsPrivate, nanos::get);
    }
}
