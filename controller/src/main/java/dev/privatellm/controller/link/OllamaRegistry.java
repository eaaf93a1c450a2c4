// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import dev.privatellm.machine.cloud.ModelRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The registry that Ollama pulls from, asked for the manifest of a model:
 * <a href="https://distribution.github.io/distribution/spec/api/#pulling-an-image-manifest">distribution protocol</a>, media types as Ollama's registry gives
 * them. Models of other registries, which their name begins with, are not looked up. Safe from any thread; blocks for {@link #TIMEOUT} at most.
 */
public final class OllamaRegistry implements ModelRegistry, AutoCloseable {
    /** Where Ollama pulls from unless a name says otherwise. */
    public static final URI USUAL = URI.create("https://registry.ollama.ai");

    /** A registry that takes longer is done without. */
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final int MAX_MANIFEST_BYTES = 256 * 1024;
    private static final int MAX_LAYERS = 1_000;

    /** Larger than any disk of the cloud; a thousand such layers still fit the sum. */
    private static final long MAX_LAYER_BYTES = 100_000_000_000_000L;

    /** Somebody waits for the wake that asks: after one silence, the other models are not asked about one by one. */
    private static final Duration LEFT_ALONE = Duration.ofSeconds(30);

    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final Set<String> WEIGHTS = Set.of(
            "application/vnd.ollama.image.model",
            "application/vnd.ollama.image.projector",
            "application/vnd.ollama.image.adapter");

    private final URI registry;
    private final LongSupplier nanoTime;
    private final Duration timeout;
    private volatile Optional<Long> silentSince = Optional.empty();
    private final HttpClient client;

    /**
     * Asks nobody yet.
     *
     * @param nanoTime monotonic count of nanoseconds
     * @param web a client that knows the way out, such as a company's proxy
     */
    public OllamaRegistry(URI registry, LongSupplier nanoTime, HttpClient.Builder web) {
        this(registry, nanoTime, web, TIMEOUT);
    }

    OllamaRegistry(URI registry, LongSupplier nanoTime, HttpClient.Builder web, Duration timeout) {
        this.client = web.connectTimeout(TIMEOUT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        this.registry = registry;
        this.nanoTime = nanoTime;
        this.timeout = timeout;
    }

    @Override
    public Listing find(String model) {
        if (!isOurs(model)) {
            return new Listing.Unknown("it is of another registry");
        }
        HttpRequest request = HttpRequest.newBuilder(registry.resolve(path(model)))
                .header("Accept", MANIFEST)
                .timeout(timeout)
                .build();
        if (silentSince
                .filter(since -> nanoTime.getAsLong() - since < LEFT_ALONE.toNanos())
                .isPresent()) {
            return new Listing.Unknown("%s does not answer".formatted(registry.getHost()));
        }
        // The request's own time-out ends with the answer's head: one that stalls within the body would never end.
        CompletableFuture<HttpResponse<byte[]>> asked =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_MANIFEST_BYTES));
        try {
            HttpResponse<byte[]> answer = asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return switch (answer.statusCode()) {
                case 200 -> listing(answer.body());
                case 404 -> new Listing.Absent();
                default -> new Listing.Unknown("%s answers %d".formatted(registry.getHost(), answer.statusCode()));
            };
        } catch (ExecutionException | TimeoutException e) {
            asked.cancel(true);
            silentSince = Optional.of(nanoTime.getAsLong());
            Throwable why = e.getCause() == null ? e : e.getCause();
            return new Listing.Unknown("%s does not answer (%s)"
                    .formatted(registry.getHost(), why.getClass().getSimpleName()));
        } catch (InterruptedException e) {
            asked.cancel(true);
            Thread.currentThread().interrupt();
            return new Listing.Unknown("interrupted");
        }
    }

    /** Whether a name has no host in front and no digest behind. */
    private static boolean isOurs(String model) {
        String first = model.contains("/") ? model.substring(0, model.indexOf('/')) : "";
        return !first.contains(".") && !first.contains(":") && !model.contains("@");
    }

    /** {@code llama3.2:3b} is {@code library/llama3.2} with the tag {@code 3b}; without a tag it is the {@code latest}. */
    private static String path(String model) {
        int colon = model.lastIndexOf(':');
        String name = colon < 0 ? model : model.substring(0, colon);
        String tag = colon < 0 ? "latest" : model.substring(colon + 1);
        return "/v2/%s/manifests/%s".formatted(name.contains("/") ? name : "library/" + name, tag);
    }

    private static Listing listing(byte[] manifest) {
        try {
            JsonNode layers = JsonMapper.shared().readTree(manifest).path("layers");
            long bytes = 0;
            long weights = 0;
            if (layers.size() > MAX_LAYERS) {
                return new Listing.Unknown("its manifest has more than %d layers".formatted(MAX_LAYERS));
            }
            for (JsonNode layer : layers) {
                long size = layer.path("size").asLong(-1);
                if (size < 0 || size > MAX_LAYER_BYTES) {
                    return new Listing.Unknown("its manifest gives no sizes");
                }
                bytes += size;
                weights += WEIGHTS.contains(layer.path("mediaType").asString("")) ? size : 0;
            }
            if (bytes > MAX_LAYER_BYTES) {
                return new Listing.Unknown("its manifest gives no size that a disk could have");
            }
            return weights == 0
                    ? new Listing.Unknown("its manifest names no weights")
                    : new Listing.Listed(bytes, weights);
        } catch (JacksonException e) {
            return new Listing.Unknown("its manifest cannot be read");
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
