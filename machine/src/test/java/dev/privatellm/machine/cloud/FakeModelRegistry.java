// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.HashMap;
import java.util.Map;

/** A registry in memory, which has every model in 2 GB unless it was told otherwise. */
public final class FakeModelRegistry implements ModelRegistry {
    private static final long USUAL_BYTES = 2_000_000_000L;

    private final Map<String, Listing> said = new HashMap<>();
    private long asked;

    /** What it says of a model from now on. */
    public void says(String model, Listing listing) {
        said.put(model, listing);
    }

    /** How often it was asked for a model. */
    public long asked() {
        return asked;
    }

    /** A model of so many GB. */
    public void lists(String model, int gb) {
        says(model, new Listing.Listed(gb * 1_000_000_000L, gb * 1_000_000_000L));
    }

    @Override
    public Listing find(String model) {
        asked++;
        return said.getOrDefault(model, new Listing.Listed(USUAL_BYTES, USUAL_BYTES));
    }
}
