// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import dev.privatellm.machine.link.EgressSource;
import dev.privatellm.machine.link.EgressUnknown;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks several providers that have nothing to do with each other from which address we come, and believes what at least two of them say and none denies.
 * One answer, garbage or a contradiction is {@link EgressUnknown}. An answer is kept for a while; a failure is not. Safe from any thread; blocks.
 */
public final class AgreeingEgress implements EgressSource, AutoCloseable {
    /** Providers that must agree on an address. */
    public static final int QUORUM = 2;

    /** For all of them together: they are asked at the same time. */
    public static final Duration TIMEOUT = Duration.ofSeconds(10);

    public static final Duration KEPT_FOR = Duration.ofMinutes(5);

    private static final int MAX_ANSWER_BYTES = 128;

    private final List<URI> providers;
    private final boolean admitsPrivate;
    private final LongSupplier nanoTime;
    private final HttpClient client;
    private @Nullable SortedSet<String> kept;
    private long keptAt;

    /**
     * Asks nobody yet.
     *
     * @param providers each answers {@code GET} with our address as text; at least {@value #QUORUM}
     * @param admitsPrivate whether loopback and private addresses are believed: only in a rehearsal, where they are the truth
     * @param nanoTime monotonic count of nanoseconds
     */
    public AgreeingEgress(List<URI> providers, boolean admitsPrivate, LongSupplier nanoTime) {
        if (providers.size() < QUORUM) {
            throw new IllegalArgumentException(
                    "egress providers: %d (expected: >= %d)".formatted(providers.size(), QUORUM));
        }
        this.providers = List.copyOf(providers);
        this.admitsPrivate = admitsPrivate;
        this.nanoTime = nanoTime;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build();
    }

    @Override
    public synchronized SortedSet<String> addresses() {
        SortedSet<String> last = kept;
        if (last != null && nanoTime.getAsLong() - keptAt < KEPT_FOR.toNanos()) {
            return last;
        }
        SortedSet<String> found = Collections.unmodifiableSortedSet(ask());
        kept = found;
        keptAt = nanoTime.getAsLong();
        return found;
    }

    /** Drops the answer that is kept: a connection has failed, and our address may be another one now. */
    public synchronized void forget() {
        kept = null;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private SortedSet<String> ask() {
        Map<URI, CompletableFuture<HttpResponse<String>>> asked = new HashMap<>();
        for (URI provider : providers) {
            HttpRequest request =
                    HttpRequest.newBuilder(provider).timeout(TIMEOUT).build();
            asked.put(
                    provider,
                    // The request's own time-out ends with the answer's head.
                    client.sendAsync(
                                    request,
                                    BodyHandlers.limiting(
                                            BodyHandlers.ofString(StandardCharsets.US_ASCII), MAX_ANSWER_BYTES))
                            .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
        }
        Map<InetAddress, Integer> votes = new HashMap<>();
        List<String> said = new ArrayList<>();
        for (URI provider : providers) {
            try {
                InetAddress address = literal(asked.get(provider));
                votes.merge(address, 1, Integer::sum);
                said.add("%s: %s".formatted(provider.getHost(), address.getHostAddress()));
            } catch (IOException e) {
                said.add("%s: %s".formatted(provider.getHost(), e.getMessage()));
            }
        }
        return agreed(votes, said);
    }

    /** In each address family there is one answer at most, and what enough have said counts; an address that is seen once in a family of its own does not. */
    private static SortedSet<String> agreed(Map<InetAddress, Integer> votes, List<String> said) {
        SortedSet<String> agreed = new TreeSet<>();
        votes.forEach((address, count) -> {
            if (count >= QUORUM) {
                agreed.add(address.getHostAddress());
            }
        });
        if (agreed.isEmpty() || isContested(votes, Inet4Address.class) || isContested(votes, Inet6Address.class)) {
            throw new EgressUnknown("nobody could tell our address reliably (expected: %d that agree): %s"
                    .formatted(QUORUM, String.join("; ", said)));
        }
        return agreed;
    }

    private static boolean isContested(Map<InetAddress, Integer> votes, Class<? extends InetAddress> family) {
        return votes.keySet().stream().filter(family::isInstance).count() > 1;
    }

    private InetAddress literal(@Nullable CompletableFuture<HttpResponse<String>> pending) throws IOException {
        HttpResponse<String> answer;
        try {
            answer = java.util.Objects.requireNonNull(pending).join();
        } catch (java.util.concurrent.CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("no answer (%s)".formatted(cause.getClass().getSimpleName()), e);
        }
        if (answer.statusCode() != 200) {
            throw new IOException("HTTP " + answer.statusCode());
        }
        return AddressLiteral.parse(answer.body().strip(), admitsPrivate);
    }
}
