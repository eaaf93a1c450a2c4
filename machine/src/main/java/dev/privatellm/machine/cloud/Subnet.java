// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

/**
 * A network's addresses in one region.
 *
 * @param region such as {@code europe-west4}
 * @param name unique in its region
 * @param network network it belongs to, by name
 * @param cidr IPv4 range, {@code 10.10.0.0/24}; ranges of one network must not overlap
 * @param hasPrivateGoogleAccess whether machines without an external address reach the cloud's own APIs from it
 */
public record Subnet(String region, String name, String network, String cidr, boolean hasPrivateGoogleAccess) {}
