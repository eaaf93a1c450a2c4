// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import java.io.IOException;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that a company puts between its people and the cloud, from the variables that other tools read: {@code HTTPS_PROXY}, else {@code ALL_PROXY},
 * and {@code NO_PROXY}, the lower-case spelling first (<a href="https://curl.se/docs/manpage.html#ENVIRONMENT">curl's rules</a>). Java reads none of them.
 * This machine itself is never asked for through a proxy. Calls to the guest do not come by here: they are mutual TLS to an address, and go directly.
 */
final class HttpProxies {
    private static final int USUAL_PORT = 1080;
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1");

    private final Optional<Upstream> upstream;
    private final List<String> direct;

    private HttpProxies(Optional<Upstream> upstream, List<String> direct) {
        this.upstream = upstream;
        this.direct = direct;
    }

    /**
     * What these variables ask for.
     *
     * @throws IllegalArgumentException if one of them cannot be understood; the message names it and never shows a password
     */
    static HttpProxies of(Map<String, String> environment) {
        return new HttpProxies(
                Stream.of("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
                        .filter(name -> !environment.getOrDefault(name, "").isBlank())
                        .findFirst()
                        .map(name -> Upstream.parse(
                                name, environment.getOrDefault(name, "").strip())),
                Stream.of("no_proxy", "NO_PROXY")
                        .map(name -> environment.getOrDefault(name, ""))
                        .filter(list -> !list.isBlank())
                        .findFirst()
                        .map(list -> Stream.of(list.split("[, ]+"))
                                .map(host -> host.toLowerCase(Locale.ROOT))
                                .filter(host -> !host.isEmpty())
                                .toList())
                        .orElse(List.of()));
    }

    /** Opens a connection by the way that is meant for its host. Nothing is sent yet. */
    HttpURLConnection open(URL url) throws IOException {
        Optional<Upstream> via = upstream.filter(_ -> !isDirect(url.getHost()));
        HttpURLConnection connection = (HttpURLConnection)
                url.openConnection(via.map(Upstream::address).orElse(Proxy.NO_PROXY));
        via.flatMap(Upstream::password).ifPresent(connection::setAuthenticator);
        return connection;
    }

    /** Has a client of the newer kind go the same ways. */
    HttpClient.Builder applyTo(HttpClient.Builder client) {
        upstream.flatMap(Upstream::password).ifPresent(client::authenticator);
        return client.proxy(new Ways());
    }

    /** The way to each host. */
    private final class Ways extends ProxySelector {
        @Override
        public List<Proxy> select(URI uri) {
            return List.of(upstream.filter(_ -> !isDirect(uri.getHost()))
                    .map(Upstream::address)
                    .orElse(Proxy.NO_PROXY));
        }

        /** Whoever called is told. */
        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
    }

    private boolean isDirect(String named) {
        String host = named.toLowerCase(Locale.ROOT).replaceAll("^\\[|]$", "");
        return LOOPBACK.matcher(host).matches() || direct.stream().anyMatch(entry -> covers(entry, host));
    }

    private static boolean covers(String entry, String host) {
        String domain = entry.replaceFirst("^\\*?\\.", "").replaceFirst(":\\d+$", "");
        return entry.equals("*") || host.equals(domain) || host.endsWith("." + domain);
    }

    private record Upstream(Proxy address, Optional<Authenticator> password) {
        static Upstream parse(String variable, String value) {
            URI uri;
            try {
                uri = new URI(value.contains("://") ? value : "http://" + value);
            } catch (URISyntaxException e) {
                throw unusable(variable);
            }
            if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
                throw unusable(variable);
            }
            int port = uri.getPort() < 0 ? USUAL_PORT : uri.getPort();
            return new Upstream(
                    new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port)),
                    Optional.ofNullable(uri.getRawUserInfo()).map(Login::of));
        }

        private static IllegalArgumentException unusable(String variable) {
            return new IllegalArgumentException(
                    "%s: not the address of a proxy (expected: http://[user:password@]host:port)".formatted(variable));
        }
    }

    /** Answers the proxy alone. */
    private static final class Login extends Authenticator {
        private final String user;
        private final char[] password;

        private Login(String user, char[] password) {
            this.user = user;
            this.password = password;
        }

        static Login of(String userInfo) {
            String[] parts = userInfo.split(":", 2);
            return new Login(
                    decoded(parts[0]), decoded(parts.length > 1 ? parts[1] : "").toCharArray());
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }

        @Override
        protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            return getRequestorType() == RequestorType.PROXY ? new PasswordAuthentication(user, password) : null;
        }
    }
}
