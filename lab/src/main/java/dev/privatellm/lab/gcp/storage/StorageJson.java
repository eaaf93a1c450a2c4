// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.storage;

import com.google.api.client.json.GenericJson;
import com.google.api.client.json.gson.GsonFactory;
import com.google.protobuf.ByteString;
import dev.privatellm.lab.gcp.http.HttpCall;
import dev.privatellm.lab.gcp.http.HttpReply;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Messages of the client library as JSON. */
final class StorageJson {
    private static final GsonFactory JSON = GsonFactory.getDefaultInstance();

    private StorageJson() {}

    /** The body of a request; one with a field that its message does not have is refused. */
    static <T extends GenericJson> T read(HttpCall call, Class<T> type) {
        return read(call.body(), type);
    }

    private static <T extends GenericJson> T read(ByteString body, Class<T> type) {
        T message;
        try {
            message = JSON.createJsonParser(body.toStringUtf8()).parseAndClose(type);
        } catch (IOException | IllegalArgumentException e) {
            throw ApiError.of(400, "parseError", "Parse Error");
        }
        if (!message.getUnknownKeys().isEmpty()) {
            throw ApiError.invalid("Unknown name \"%s\": Cannot find field."
                    .formatted(message.getUnknownKeys().keySet().iterator().next()));
        }
        return message;
    }

    static HttpReply reply(GenericJson message) {
        try {
            return HttpReply.json(200, JSON.toString(message));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
