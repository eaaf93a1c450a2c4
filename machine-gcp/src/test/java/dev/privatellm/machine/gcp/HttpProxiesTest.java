// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.CloudFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpProxiesTest {
    private static final String SECRETS = "https://secretmanager.googleapis.com/v1/projects/golden-project";

    @TempDir
    Path folder;

    @Test
    @DisplayName("every call to the cloud goes by the company's proxy, which hears whom it is for and nothing else")
    void callsByProxy() throws Exception {
        try (RefusingProxy proxy = new RefusingProxy()) {
            Map<String, String> environment = Map.of("HTTPS_PROXY", proxy.url());
            GoogleCloudSettings settings = new GoogleCloudSettings(
                    RecordingCloud.PROJECT,
                    Optional.empty(),
                    Optional.of(RecordingCloud.writeKey(
                            folder.resolve("key.json"), "https://oauth2.googleapis.com/token")));
            try (GoogleCloudProvider provider = new GoogleCloudProvider(
                    settings,
                    HttpProxies.of(environment),
                    CallLog.of(Map.of()),
                    Duration.ofSeconds(10),
                    Clock.systemUTC())) {
                assertRefused(() -> provider.firewalls().find("pllm-0"));
                assertRefused(() -> provider.secrets().owner("pllm-0"));
                assertRefused(() -> provider.identities().find("pllm-0"));
            }

            assertThat(proxy.heard())
                    .filteredOn(line -> line.startsWith("CONNECT"))
                    .contains(
                            "CONNECT compute.googleapis.com:443 HTTP/1.1",
                            "CONNECT secretmanager.googleapis.com:443 HTTP/1.1",
                            "CONNECT iam.googleapis.com:443 HTTP/1.1");
            assertThat(proxy.heard()).noneMatch(line -> line.contains("Bearer"));
        }
    }

    @Test
    @DisplayName(
            "what is asked in the internet besides the cloud goes by the company's proxy with its password, and to this machine itself directly")
    void asksOthersByProxy() throws Exception {
        try (RefusingProxy proxy = new RefusingProxy(
                        "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"");
                RecordingCloud cloud = new RecordingCloud(folder)) {
            cloud.answers("{}");
            HttpProxies proxies = HttpProxies.of(Map.of("HTTPS_PROXY", "http://me:p%40ss@127.0.0.1:" + proxy.port()));
            try (HttpClient client = proxies.applyTo(HttpClient.newBuilder()).build()) {
                HttpRequest elsewhere = HttpRequest.newBuilder(URI.create("https://registry.example/v2/"))
                        .timeout(Duration.ofSeconds(10))
                        .build();
                assertThatThrownBy(() -> client.send(elsewhere, HttpResponse.BodyHandlers.discarding()))
                        .isInstanceOf(IOException.class);
                HttpRequest here = HttpRequest.newBuilder(cloud.endpoint()).build();
                assertThat(client.send(here, HttpResponse.BodyHandlers.discarding())
                                .statusCode())
                        .isEqualTo(200);
            }

            String login = Base64.getEncoder().encodeToString("me:p@ss".getBytes(StandardCharsets.UTF_8));
            assertThat(proxy.heard())
                    .filteredOn(line -> line.startsWith("CONNECT"))
                    .allMatch("CONNECT registry.example:443 HTTP/1.1"::equals)
                    .isNotEmpty();
            assertThat(proxy.heard()).anyMatch(line -> line.equalsIgnoreCase("Proxy-Authorization: Basic " + login));
        }
    }

    @ParameterizedTest
    @DisplayName("the lower-case spelling counts first, and an address without a scheme is one as well")
    @CsvSource({
        "https_proxy=127.0.0.1:PORT;HTTPS_PROXY=http://127.0.0.1:1",
        "HTTPS_PROXY=http://127.0.0.1:PORT;ALL_PROXY=http://127.0.0.1:1",
        "https_proxy=;ALL_PROXY=http://127.0.0.1:PORT/",
        "ALL_PROXY=127.0.0.1:PORT;NO_PROXY=example.com"
    })
    void readsTheVariables(String variables) throws Exception {
        try (RefusingProxy proxy = new RefusingProxy()) {
            HttpProxies proxies = HttpProxies.of(environment(variables.replace("PORT", proxy.port())));

            assertThatThrownBy(() -> status(proxies.open(URI.create(SECRETS).toURL())))
                    .isInstanceOf(IOException.class);

            assertThat(proxy.heard()).contains("CONNECT secretmanager.googleapis.com:443 HTTP/1.1");
        }
    }

    @ParameterizedTest
    @DisplayName("what NO_PROXY names is called directly, and so is this machine itself, always")
    @CsvSource({
        "127.0.0.1, ''",
        "localhost, ''",
        "127.0.0.1, some.example",
        "localhost, '*'",
    })
    void callsDirectly(String host, String direct) throws Exception {
        try (RefusingProxy proxy = new RefusingProxy();
                RecordingCloud cloud = new RecordingCloud(folder)) {
            cloud.answers("{}");
            HttpProxies proxies = HttpProxies.of(Map.of("HTTPS_PROXY", proxy.url(), "NO_PROXY", direct));

            int status = status(proxies.open(
                    URI.create("http://%s:%d/".formatted(host, cloud.endpoint().getPort()))
                            .toURL()));

            assertThat(status).isEqualTo(200);
            assertThat(proxy.heard()).isEmpty();
        }
    }

    @ParameterizedTest
    @DisplayName("NO_PROXY names hosts and whole domains, in any case, with or without a leading dot")
    @ValueSource(
            strings = {
                "*",
                "googleapis.com",
                ".googleapis.com",
                "x.example, SecretManager.GoogleAPIs.com",
                "*.googleapis.com:443"
            })
    void knowsWhatIsDirect(String direct) throws Exception {
        try (RefusingProxy proxy = new RefusingProxy()) {
            HttpProxies proxies = HttpProxies.of(Map.of("HTTPS_PROXY", proxy.url(), "NO_PROXY", direct));

            HttpURLConnection connection = proxies.open(URI.create(SECRETS).toURL());

            assertThat(connection.usingProxy()).isFalse();
        }
    }

    @Test
    @DisplayName(
            "an address that cannot be understood is refused by the name of its variable, and its password is not repeated")
    void refusesWhatItCannotRead() {
        for (String address : List.of("socks5://127.0.0.1:9", "http://", "http://user:s3cret@bad host:1")) {
            assertThatThrownBy(() -> HttpProxies.of(Map.of("HTTPS_PROXY", address)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("HTTPS_PROXY:")
                    .hasMessageContaining("expected: http://")
                    .hasMessageNotContaining("s3cret");
        }
    }

    @Test
    @DisplayName("a proxy that asks for a password is given the one of the variable, and nobody else is")
    void givesItsPassword() throws Exception {
        try (RefusingProxy proxy =
                new RefusingProxy("407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"")) {
            HttpProxies proxies = HttpProxies.of(Map.of("HTTPS_PROXY", "http://me:p%40ss@127.0.0.1:" + proxy.port()));

            int status = status(proxies.open(URI.create(SECRETS).toURL()));

            assertThat(status).isEqualTo(407);
            String login = Base64.getEncoder().encodeToString("me:p@ss".getBytes(StandardCharsets.UTF_8));
            assertThat(proxy.heard()).anyMatch(line -> line.equalsIgnoreCase("Proxy-Authorization: Basic " + login));
        }
    }

    private static void assertRefused(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOf(CloudFailure.Unavailable.class)
                .hasMessageContaining("proxy");
    }

    private static int status(HttpURLConnection connection) throws IOException {
        connection.setConnectTimeout(10_000);
        connection.setReadTimeout(10_000);
        return connection.getResponseCode();
    }

    private static Map<String, String> environment(String variables) {
        return List.of(variables.split(";")).stream()
                .map(variable -> variable.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    /** Reads what it is asked and lets nobody through. */
    private static final class RefusingProxy implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final List<String> heard = new CopyOnWriteArrayList<>();

        private final String answer;

        RefusingProxy() throws IOException {
            this("403 Forbidden");
        }

        RefusingProxy(String answer) throws IOException {
            this.answer = answer;
            Thread.ofVirtual().start(this::serve);
        }

        String port() {
            return Integer.toString(server.getLocalPort());
        }

        String url() {
            return "http://127.0.0.1:" + port();
        }

        List<String> heard() {
            return heard;
        }

        private void serve() {
            while (!server.isClosed()) {
                try (Socket caller = server.accept()) {
                    BufferedReader lines =
                            new BufferedReader(new InputStreamReader(caller.getInputStream(), StandardCharsets.UTF_8));
                    for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                        heard.add(line);
                    }
                    caller.getOutputStream()
                            .write("HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .formatted(answer)
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    heard.add("nobody: " + e.getMessage());
                }
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
