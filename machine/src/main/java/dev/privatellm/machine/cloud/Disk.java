// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

/** The disk that an instance boots from, in the instance's zone. */
public record Disk(String name, int sizeGb) {}
