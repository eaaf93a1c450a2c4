// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.Network;
import com.google.cloud.compute.v1.Subnetwork;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What {@code subnetworks.insert} refuses before it begins anything: https://cloud.google.com/vpc/docs/subnets, "IPv4 subnet ranges". */
final class SubnetworkCheck {

    private static final String RANGE = "resource.ipCidrRange";

    /** Least and greatest length of a primary range's prefix. */
    private static final int MIN_PREFIX = 4;

    private static final int MAX_PREFIX = 29;

    /** "Prohibited IPv4 subnet ranges" of that page. */
    private static final List<Cidr> PROHIBITED = Stream.of(
                    "0.0.0.0/8",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "199.36.153.4/30",
                    "199.36.153.8/30",
                    "224.0.0.0/4",
                    "255.255.255.255/32")
            .map(Cidr::of)
            .toList();

    /** Where an auto mode network has its own subnetworks, used or not. */
    private static final Cidr AUTO = Cidr.of("10.128.0.0/9");

    private SubnetworkCheck() {}

    /** Refuses a subnetwork by itself. */
    static void check(Subnetwork asked) {
        Links.checkName("resource.name", asked.getName());
        if (asked.getNetwork().isEmpty()) {
            throw ApiError.of(400, "required", "Required field 'resource.network' not specified");
        }
        boolean plain = asked.getSecondaryIpRangesCount() == 0
                && Set.of("", "IPV4_ONLY").contains(asked.getStackType())
                && Set.of("", "PRIVATE").contains(asked.getPurpose());
        if (!plain) {
            throw ApiError.of(
                    501, "notImplemented", "Secondary ranges, IPv6 and special purposes are not implemented here");
        }
        range(asked.getIpCidrRange());
    }

    private static void range(String text) {
        Cidr range = Cidr.parse(text)
                .filter(Cidr::isIpv4)
                .orElseThrow(() ->
                        ApiError.invalidField(RANGE, text, "Must be a CIDR address range that is contained in IPv4."));
        if (!range.isNetworkAddress()) {
            throw ApiError.invalidField(RANGE, text, "Must be a CIDR address range whose host bits are zero.");
        }
        if (range.bits() < MIN_PREFIX || range.bits() > MAX_PREFIX) {
            throw ApiError.invalidField(
                    RANGE, text, "The prefix length must be from %d to %d.".formatted(MIN_PREFIX, MAX_PREFIX));
        }
        if (PROHIBITED.stream().anyMatch(range::overlaps)) {
            throw ApiError.invalidField(RANGE, text, "The range overlaps a prohibited range.");
        }
    }

    /**
     * Refuses a range that overlaps another of its network, in whichever region. The words are reported: tranquilitybase-io/tb-gcp#160,
     * cloudfoundry/bosh-google-cpi-release#238.
     */
    static void checkDisjoint(Subnetwork asked, Network network, List<Subnetwork> others) {
        Cidr range = Cidr.of(asked.getIpCidrRange());
        for (Subnetwork other : others) {
            if (Cidr.of(other.getIpCidrRange()).overlaps(range)) {
                throw ApiError.invalidField(
                        RANGE,
                        asked.getIpCidrRange(),
                        "Invalid IPCidrRange: %s conflicts with existing subnetwork '%s' in region '%s'."
                                .formatted(asked.getIpCidrRange(), other.getName(), Links.last(other.getRegion())));
            }
        }
        if (network.getAutoCreateSubnetworks() && AUTO.overlaps(range)) {
            throw ApiError.invalidField(
                    RANGE,
                    asked.getIpCidrRange(),
                    "Extended subnetworks in auto subnet mode networks cannot overlap with 10.128.0.0/9.");
        }
    }
}
