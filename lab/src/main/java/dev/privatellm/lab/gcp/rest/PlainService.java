// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

import dev.privatellm.lab.gcp.http.HttpCall;
import dev.privatellm.lab.gcp.http.HttpReply;
import java.util.Optional;

/** A service whose methods no descriptor describes: it reads requests and writes answers itself. */
public interface PlainService {

    /** One call of one of its methods. */
    interface Exchange {
        /** Short name such as {@code Buckets.Insert}. */
        String rpc();

        /** The project that it is about, by id or number; empty if there is none. */
        Optional<String> project();

        /** Does it. Refuses with {@link ApiError}. */
        HttpReply answer(Caller caller);
    }

    /** What a project has to have enabled, such as {@code storage.googleapis.com}. */
    String api();

    /** The method that a request is for. */
    Optional<Exchange> find(HttpCall call);
}
