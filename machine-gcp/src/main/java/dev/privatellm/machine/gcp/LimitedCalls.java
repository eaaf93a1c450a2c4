// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.gax.httpjson.ApiMethodDescriptor;
import com.google.api.gax.httpjson.ForwardingHttpJsonClientCall.SimpleForwardingHttpJsonClientCall;
import com.google.api.gax.httpjson.ForwardingHttpJsonClientCallListener.SimpleForwardingHttpJsonClientCallListener;
import com.google.api.gax.httpjson.HttpJsonCallOptions;
import com.google.api.gax.httpjson.HttpJsonChannel;
import com.google.api.gax.httpjson.HttpJsonClientCall;
import com.google.api.gax.httpjson.HttpJsonClientInterceptor;
import com.google.api.gax.httpjson.HttpJsonMetadata;
import dev.privatellm.machine.cloud.CloudFailure;
import org.jspecify.annotations.Nullable;

/** Keeps every call of Google's newer clients within {@link CallLimits}. */
final class LimitedCalls implements HttpJsonClientInterceptor {
    private final CallLimits limits;

    LimitedCalls(CallLimits limits) {
        this.limits = limits;
    }

    @Override
    public <Q, A> HttpJsonClientCall<Q, A> interceptCall(
            ApiMethodDescriptor<Q, A> method, HttpJsonCallOptions options, HttpJsonChannel next) {
        String service = service(method.getFullMethodName());
        return new SimpleForwardingHttpJsonClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(HttpJsonClientCall.Listener<A> listener, HttpJsonMetadata headers) {
                limits.enter(service);
                super.start(
                        new SimpleForwardingHttpJsonClientCallListener<>(listener) {
                            @Override
                            public void onClose(int status, HttpJsonMetadata trailers) {
                                tell(service, trailers.getException());
                                super.onClose(status, trailers);
                            }
                        },
                        headers);
            }
        };
    }

    private void tell(String service, @Nullable Throwable thrown) {
        if (thrown instanceof Exception failure && GoogleErrors.of(failure) instanceof CloudFailure.Unavailable none) {
            limits.failed(service, none);
        } else {
            limits.answered(service);
        }
    }

    /** {@code google.cloud.compute.v1} of {@code google.cloud.compute.v1.Instances/Insert}: its resources are served by the same. */
    private static String service(String method) {
        return method.substring(0, method.lastIndexOf('.', method.indexOf('/')));
    }
}
