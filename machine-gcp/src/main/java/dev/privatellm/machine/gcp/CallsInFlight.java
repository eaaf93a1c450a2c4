// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.gax.httpjson.ApiMethodDescriptor;
import com.google.api.gax.httpjson.HttpJsonCallOptions;
import com.google.api.gax.httpjson.HttpJsonChannel;
import com.google.api.gax.httpjson.HttpJsonClientCall;
import com.google.api.gax.httpjson.HttpJsonClientInterceptor;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The calls that have begun and may not have ended, so that closing can end them. Shutting a client down only interrupts its threads, and a platform thread
 * that reads from a socket does not notice: whoever waits for the call would wait for its time-out.
 */
final class CallsInFlight implements HttpJsonClientInterceptor {
    /** Weak, because nobody is told when a call has ended: one that has is only reachable from here. */
    private final Set<HttpJsonClientCall<?, ?>> calls =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    @Override
    public <Q, A> HttpJsonClientCall<Q, A> interceptCall(
            ApiMethodDescriptor<Q, A> method, HttpJsonCallOptions options, HttpJsonChannel next) {
        HttpJsonClientCall<Q, A> call = next.newCall(method, options);
        calls.add(call);
        return call;
    }

    /** Ends every call; who waits for one is told at once that it was cancelled. A call that has ended is not changed by it. */
    void cancel() {
        List<HttpJsonClientCall<?, ?>> all;
        synchronized (calls) {
            all = List.copyOf(calls);
        }
        all.forEach(call -> call.cancel("closed while the call was in flight", null));
    }
}
