// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.Optional;

/** Looks up a request header by its lower-case name; the first value if there are several. */
@FunctionalInterface
public interface RequestHeaders {
    /** No headers at all. */
    RequestHeaders NONE = _ -> Optional.empty();

    /** The first value of the header. */
    Optional<String> first(String lowerCaseName);
}
