// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * The result of a tour; with {@code -o json} the document itself.
 *
 * @param schema version of this document
 * @param overheadMs from the first request to the first byte that reached an engine, without the machine's own boot
 * @param cost USD that the emulated cloud bills
 */
public record TourReport(int schema, List<TourLine> requests, List<Claim> proof, long overheadMs, double cost) {

    /** Version written. */
    public static final int SCHEMA = 1;

    public TourReport {
        requests = List.copyOf(requests);
        proof = List.copyOf(proof);
    }

    /** Claims that do not hold; none is what the exit code 0 needs. */
    @JsonIgnore
    public List<Claim> differences() {
        return proof.stream().filter(claim -> !claim.ok()).toList();
    }
}
