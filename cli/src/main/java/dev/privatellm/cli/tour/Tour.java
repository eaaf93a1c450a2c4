// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Sends the nine requests at the same time and reads each answer as a client of its API would. */
public final class Tour {

    /** Requests in all. */
    public static final int REQUESTS = 9;

    /** Characters of an answer that are shown. */
    private static final int FIRST_WORDS = 48;

    private final URI gateway;
    private final Duration patience;
    private final Clock clock;

    /**
     * @param gateway {@code http://host:port}
     * @param patience longest wait for all answers together; a boot and a generation have to fit
     */
    public Tour(URI gateway, Duration patience, Clock clock) {
        this.gateway = gateway;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * Sends them all and returns when all are answered or patience has ended, in the order of the list in the documents. Never fails as a whole: what went
     * wrong stands in the answers.
     *
     * @param answered told each answer as it is finished, from the thread that read it
     */
    public List<TourAnswer> run(TourModels models, Consumer<TourAnswer> answered) throws InterruptedException {
        List<TourRequest> requests = TourRequests.of(models.chat(), models.embedding());
        Instant start = clock.instant();
        ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(readers)
                .build();
        try {
            List<Future<TourAnswer>> running = new ArrayList<>();
            for (TourRequest request : requests) {
                running.add(readers.submit(() -> {
                    TourAnswer answer = new OneCall(request).send(client);
                    answered.accept(answer);
                    return answer;
                }));
            }
            List<TourAnswer> answers = new ArrayList<>();
            for (int i = 0; i < requests.size(); i++) {
                Duration left = patience.minus(Duration.between(start, clock.instant()));
                answers.add(answer(requests.get(i), start, running.get(i), left));
            }
            return answers;
        } finally {
            client.shutdownNow();
            readers.shutdownNow();
        }
    }

    private TourAnswer answer(TourRequest request, Instant start, Future<TourAnswer> running, Duration left)
            throws InterruptedException {
        try {
            return running.get(Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new OneCall(request, start).failed("no whole answer within " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a reader of the tour failed", e.getCause());
        }
    }

    /** One request on its way. */
    private final class OneCall {

        private final TourRequest request;
        private final Instant sentAt;
        private Duration waited = Duration.ZERO;
        private String requestId = "";
        private int status;

        OneCall(TourRequest request) {
            this(request, clock.instant());
        }

        OneCall(TourRequest request, Instant sentAt) {
            this.request = request;
            this.sentAt = sentAt;
        }

        TourAnswer send(HttpClient client) throws InterruptedException {
            HttpRequest.Builder builder = HttpRequest.newBuilder(gateway.resolve(request.path()))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(request.body()));
            if (!request.headers().isEmpty()) {
                builder.headers(request.headers().toArray(String[]::new));
            }
            try {
                HttpResponse<InputStream> response =
                        client.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
                status = response.statusCode();
                requestId = response.headers().firstValue("x-request-id").orElse("");
                String type = response.headers().firstValue("content-type").orElse("");
                try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                    return read(lines, type);
                }
            } catch (IOException e) {
                return failed("the connection failed: " + e.getMessage());
            }
        }

        private TourAnswer read(BufferedReader lines, String type) throws IOException {
            AnswerReader reader = request.reader().get();
            if (status != 200) {
                return failed("status " + status + ": "
                        + Documents.quote(lines.lines().limit(1).findFirst().orElse("")));
            }
            if (!type.startsWith(reader.mediaType())) {
                return failed("content type " + type + " (expected: " + reader.mediaType() + ")");
            }
            try {
                boolean begun = false;
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    reader.line(line);
                    if (!begun && reader.hasBegun()) {
                        begun = true;
                        waited = Duration.between(sentAt, clock.instant());
                    }
                }
                reader.end();
                return answer(beginning(reader.text()), reader.usage(), Optional.empty());
            } catch (MalformedAnswer e) {
                return failed(String.valueOf(e.getMessage()));
            }
        }

        TourAnswer failed(String problem) {
            if (waited.isZero()) {
                waited = Duration.between(sentAt, clock.instant());
            }
            return answer("", SeenUsage.NONE, Optional.of(problem));
        }

        private TourAnswer answer(String words, SeenUsage usage, Optional<String> problem) {
            return new TourAnswer(
                    request.api(),
                    request.path(),
                    request.streamed(),
                    requestId,
                    status,
                    sentAt,
                    waited,
                    words,
                    usage,
                    problem);
        }
    }

    private static String beginning(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        if (line.length() <= FIRST_WORDS) {
            return line;
        }
        int end = line.offsetByCodePoints(0, line.codePointCount(0, FIRST_WORDS));
        int space = line.lastIndexOf(' ', end);
        return line.substring(0, space > 0 ? space : end) + " …";
    }
}
