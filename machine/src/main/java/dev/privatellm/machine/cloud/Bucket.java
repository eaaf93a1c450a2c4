// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.Map;

/**
 * Where an installation keeps what its machines install. Nobody reads it but whom it admits; it is never public.
 *
 * @param name unique among all buckets of everybody
 * @param region such as {@code europe-west4}: where its content lies
 */
public record Bucket(String name, String region, Map<String, String> labels) {

    public Bucket {
        labels = Map.copyOf(labels);
    }
}
