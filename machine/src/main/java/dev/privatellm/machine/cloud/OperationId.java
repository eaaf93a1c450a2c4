// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.Optional;

/**
 * A mutation that the cloud has accepted and is carrying out.
 *
 * @param name the cloud's name for it
 * @param zone where it runs; empty for one of a region or of the whole project
 * @param region the region it runs in; empty for one of a zone or of the whole project
 */
public record OperationId(String name, Optional<Zone> zone, Optional<String> region) {

    /** An operation that belongs to the whole project. */
    public static OperationId global(String name) {
        return new OperationId(name, Optional.empty(), Optional.empty());
    }

    public static OperationId in(Zone zone, String name) {
        return new OperationId(name, Optional.of(zone), Optional.empty());
    }

    public static OperationId inRegion(String region, String name) {
        return new OperationId(name, Optional.empty(), Optional.of(region));
    }
}
