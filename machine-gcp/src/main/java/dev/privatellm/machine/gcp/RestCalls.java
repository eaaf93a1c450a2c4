// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestInitializer;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import dev.privatellm.machine.cloud.CloudFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls of Google's older client libraries, which block, under the rules of the newer ones: sent once, answered within the call's time-out as a whole, and
 * ended when the connection is closed.
 */
final class RestCalls implements HttpRequestInitializer {
    /** One call, made on a thread of its own. */
    interface Call<T> {
        T make() throws IOException;
    }

    private final HttpCredentialsAdapter credentials;
    private final CallLimits limits;
    private final Duration timeout;
    private final Executor calls;
    private final ScheduledExecutorService deadlines;
    private final Set<CompletableFuture<?>> inFlight =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    RestCalls(
            GoogleCredentials credentials,
            CallLimits limits,
            Duration timeout,
            Executor calls,
            ScheduledExecutorService deadlines) {
        this.credentials = new HttpCredentialsAdapter(credentials);
        this.limits = limits;
        this.timeout = timeout;
        this.calls = calls;
        this.deadlines = deadlines;
    }

    /**
     * Signs the request. Credentials that are refused are not tried again, and a socket that stays silent ends its thread, although nobody waits for it any
     * more.
     */
    @Override
    public void initialize(HttpRequest request) throws IOException {
        credentials.initialize(request);
        int millis = Math.toIntExact(timeout.toMillis());
        request.setConnectTimeout(millis)
                .setReadTimeout(millis)
                .setNumberOfRetries(0)
                .setUnsuccessfulResponseHandler(null);
    }

    /**
     * Makes a call of this service within {@link CallLimits} and waits for its answer.
     *
     * @throws IOException if it was refused, or not answered in time
     * @throws RejectedExecutionException if the connection is closed or becomes so
     */
    <T> T make(String service, Call<T> call) throws IOException {
        limits.enter(service);
        boolean hasAnswered = true;
        try {
            return send(call);
        } catch (IOException e) {
            if (GoogleErrors.of(e) instanceof CloudFailure.Unavailable none) {
                hasAnswered = false;
                limits.failed(service, none);
            }
            throw e;
        } finally {
            if (hasAnswered) {
                limits.answered(service);
            }
        }
    }

    private <T> T send(Call<T> call) throws IOException {
        CompletableFuture<T> answer = start(call);
        Future<?> deadline = deadlines.schedule(
                () -> answer.completeExceptionally(new TimeoutException("no answer within " + timeout)),
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return answer.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException unchecked -> throw unchecked;
                case IOException io -> throw io;
                case Throwable late -> throw new IOException(late.getMessage(), late);
                case null -> throw e;
            }
        } finally {
            deadline.cancel(false);
        }
    }

    /**
     * Makes a call of many requests, none of which may take longer than the time-out, in the background.
     *
     * @throws RejectedExecutionException if the connection is closed
     */
    <T> CompletableFuture<T> start(Call<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        inFlight.add(answer);
        calls.execute(() -> {
            try {
                answer.complete(call.make());
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /** Ends every call; who waits for one is told at once. */
    void cancel() {
        List<CompletableFuture<?>> all;
        synchronized (inFlight) {
            all = List.copyOf(inFlight);
        }
        all.forEach(answer ->
                answer.completeExceptionally(new RejectedExecutionException("closed while the call was in flight")));
    }
}
