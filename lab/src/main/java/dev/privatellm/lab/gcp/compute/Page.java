// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.protobuf.Message;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.util.List;
import java.util.function.Predicate;

/**
 * One page of a list.
 *
 * @param nextToken empty on the last page
 */
record Page<T extends Message>(List<T> items, String nextToken) {

    private static final int MAX_RESULTS = 500;

    /**
     * Filters and cuts.
     *
     * @param maxResults 0 for the service's own
     * @param token of the page before; empty for the first
     */
    static <T extends Message> Page<T> of(List<T> all, String filter, int maxResults, String token) {
        Predicate<Message> wanted = ListFilter.parse(filter);
        List<T> matching = all.stream().filter(wanted).toList();
        int size = maxResults <= 0 ? MAX_RESULTS : Math.min(maxResults, MAX_RESULTS);
        int from = start(token, matching.size());
        int to = Math.min(matching.size(), from + size);
        return new Page<>(matching.subList(from, to), to < matching.size() ? "after-" + to : "");
    }

    private static int start(String token, int size) {
        if (token.isEmpty()) {
            return 0;
        }
        if (!token.matches("after-\\d{1,9}")) {
            throw ApiError.invalidField("pageToken", token, "Invalid page token.");
        }
        return Math.min(size, Integer.parseInt(token.substring("after-".length())));
    }
}
