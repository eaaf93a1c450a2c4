// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.endpoint;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.JsonErrorResponseBodyProvider;
import jakarta.inject.Singleton;

/** What Micronaut says when one of the own endpoints fails: the status in words, and nothing of what happened inside. */
@Singleton
final class PlainErrors implements JsonErrorResponseBodyProvider<Object> {
    @Override
    public Object body(ErrorContext errorContext, HttpResponse<?> response) {
        return "{\"error\":\"" + response.status().getReason() + "\"}";
    }
}
