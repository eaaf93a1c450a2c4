// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.Firewall;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What a firewall rule may say, and what it says of a connection ("VPC firewall rules", Google's documentation). */
final class FirewallRules {

    private static final Pattern CIDR = Pattern.compile("[0-9a-fA-F:.]+/\\d{1,3}");
    private static final Pattern PORTS = Pattern.compile("\\d{1,5}(?:-\\d{1,5})?");
    private static final Set<String> WITH_PORTS = Set.of("tcp", "udp", "sctp", "6", "17", "132");

    private FirewallRules() {}

    static void check(Firewall rule) {
        Links.checkName("resource.name", rule.getName());
        if (rule.getAllowedCount() + rule.getDeniedCount() == 0) {
            throw ApiError.invalid("Required field 'resource.allowed' not specified");
        }
        if (rule.hasPriority() && (rule.getPriority() < 0 || rule.getPriority() > 65535)) {
            throw ApiError.invalidField(
                    "resource.priority", String.valueOf(rule.getPriority()), "Must be from 0 to 65535.");
        }
        for (int i = 0; i < rule.getSourceRangesCount(); i++) {
            String range = rule.getSourceRanges(i);
            if (!CIDR.matcher(range).matches() || Cidr.parse(range).isEmpty()) {
                throw ApiError.invalidField("resource.sourceRanges[" + i + "]", range, "Must be a valid CIDR range.");
            }
        }
        rule.getTargetTagsList().forEach(tag -> Links.checkName("resource.targetTags", tag));
        rule.getAllowedList().forEach(allowed -> ports(allowed.getIPProtocol(), allowed.getPortsList()));
        rule.getDeniedList().forEach(denied -> ports(denied.getIPProtocol(), denied.getPortsList()));
    }

    private static void ports(String protocol, List<String> ports) {
        if (protocol.isEmpty()) {
            throw ApiError.invalid("Required field 'resource.allowed[0].IPProtocol' not specified");
        }
        for (String port : ports) {
            if (!WITH_PORTS.contains(protocol) || !PORTS.matcher(port).matches()) {
                throw ApiError.invalidField(
                        "resource.allowed[0].ports",
                        port,
                        "Ports may only be specified on rules whose protocol is one of [TCP, UDP, SCTP].");
            }
        }
    }

    /** A patch: fields that are present replace, lists as a whole. */
    static Firewall merge(Firewall old, Firewall patch) {
        Firewall.Builder merged = old.toBuilder();
        patch.getAllFields().forEach(merged::setField);
        return merged.build();
    }

    /** The rule of the highest priority decides, a denying one before an allowing one; without any nothing comes in. */
    static boolean admit(List<Firewall> rules, List<String> tags, InetAddress peer, int port) {
        return rules.stream()
                .filter(rule -> !rule.getDisabled() && rule.getDirection().equals("INGRESS"))
                .filter(rule -> rule.getTargetTagsCount() == 0
                        || rule.getTargetTagsList().stream().anyMatch(tags::contains))
                .filter(rule -> rule.getSourceRangesList().stream()
                        .anyMatch(range -> Cidr.parse(range)
                                .filter(cidr -> cidr.contains(peer))
                                .isPresent()))
                .filter(rule -> touches(rule, port))
                .min(Comparator.comparingInt(Firewall::getPriority).thenComparing(rule -> rule.getDeniedCount() == 0))
                .filter(rule -> rule.getDeniedCount() == 0)
                .isPresent();
    }

    private static boolean touches(Firewall rule, int port) {
        return rule.getAllowedList().stream().anyMatch(part -> touches(part.getIPProtocol(), part.getPortsList(), port))
                || rule.getDeniedList().stream()
                        .anyMatch(part -> touches(part.getIPProtocol(), part.getPortsList(), port));
    }

    private static boolean touches(String protocol, List<String> ports, int port) {
        if (!Set.of("tcp", "6", "all").contains(protocol)) {
            return false;
        }
        return ports.isEmpty()
                || ports.stream().anyMatch(range -> {
                    String[] ends = range.split("-", -1);
                    return Integer.parseInt(ends[0]) <= port && port <= Integer.parseInt(ends[ends.length - 1]);
                });
    }
}
