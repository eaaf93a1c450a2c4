// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.gax.rpc.UnaryCallable;
import com.google.cloud.compute.v1.Warning;
import dev.privatellm.machine.cloud.CloudFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Reads lists to their end, or not at all: a list that misses something proves nothing. */
final class Pages {
    /** 500 items a page by default; a project with more of ours than this has another problem. */
    static final int MAX_PAGES = 200;

    private Pages() {}

    /**
     * All pages of a list.
     *
     * @param request for the first page
     * @param at the same request for the page of a token
     * @param check returns the page, or throws if it is not complete
     * @throws CloudFailure.Unavailable if the list does not end within {@link #MAX_PAGES}
     */
    static <Q, P> List<P> all(
            Supplier<UnaryCallable<Q, P>> list,
            Q request,
            BiFunction<Q, String, Q> at,
            UnaryOperator<P> check,
            Function<P, String> nextToken) {
        List<P> pages = new ArrayList<>();
        String token = "";
        do {
            if (pages.size() == MAX_PAGES) {
                throw partial("LIST_TOO_LONG", "the list has more than %d pages".formatted(MAX_PAGES));
            }
            Q next = token.isEmpty() ? request : at.apply(request, token);
            P page = check.apply(GoogleErrors.calling(() -> list.get().call(next)));
            pages.add(page);
            token = nextToken.apply(page);
        } while (!token.isEmpty());
        return pages;
    }

    /** An empty scope is reported as a warning too, and is the only one that leaves the list complete. */
    static void requireReached(Warning warning) {
        String code = warning.getCode();
        if (!code.isEmpty() && !code.equals("NO_RESULTS_ON_PAGE")) {
            throw partial(code, "the list is not complete: " + warning.getMessage());
        }
    }

    static void requireReached(List<String> unreachable) {
        if (!unreachable.isEmpty()) {
            throw partial("UNREACHABLE", "the list is not complete, not reached: " + String.join(", ", unreachable));
        }
    }

    private static CloudFailure partial(String code, String message) {
        return new CloudFailure.Unavailable(code, message, Optional.empty(), new IllegalStateException(code));
    }
}
