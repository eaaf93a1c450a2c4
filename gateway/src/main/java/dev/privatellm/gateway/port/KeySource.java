// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

import java.util.List;

/** The keys that are accepted now. */
public interface KeySource {

    /** All keys, hashed; empty if there are none. The list does not change afterwards; a later call may answer another one. */
    List<ApiKey> keys();
}
