// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.Map;

/** One thing that makes somebody's instance ours. Its disk, type, zone and network stay what they are. */
public sealed interface Claim {

    /** It bears this network tag and no other, so that rules for others admit nobody to it any more. */
    record Tag(String tag) implements Claim {}

    /** It bears these labels beside its own, the owner's among them. */
    record Labels(Map<String, String> labels) implements Claim {
        public Labels {
            labels = Map.copyOf(labels);
        }
    }
}
