// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.Optional;

/**
 * A mutation that the cloud has accepted and is carrying out.
 *
 * @param name the cloud's name for it
 * @param zone where it runs; empty for one that belongs to the whole project
 */
public record OperationId(String name, Optional<Zone> zone) {}
