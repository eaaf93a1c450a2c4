// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.compute.v1.Allowed;
import com.google.cloud.compute.v1.Firewall;
import dev.privatellm.machine.cloud.FirewallRule;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Firewall rules of Compute Engine and ours. A rule of ours has exactly one shape; whatever has another is shown so that it compares unequal. */
final class FirewallTranslation {
    /** {@link FirewallRule#port()} of a rule that does anything but admit one TCP port to one tag: no rule of ours equals it, so it gets replaced. */
    static final int OTHER_SHAPE = 0;

    /** Before the default 1000, so that it wins over a rule that somebody left at it. */
    private static final int PRIORITY = 900;

    private static final Pattern SINGLE_ADDRESS = Pattern.compile("[0-9.]+/32|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*/128");

    private FirewallTranslation() {}

    /**
     * @throws IllegalArgumentException if the sources are not 1 to {@value FirewallRule#MAX_SOURCES} single addresses. A rule without sources would admit the
     *     whole internet, so this is asked once more before the wire
     */
    static Firewall resource(FirewallRule rule) {
        if (rule.sourceRanges().isEmpty() || rule.sourceRanges().size() > FirewallRule.MAX_SOURCES) {
            throw new IllegalArgumentException("sourceRanges: %d (expected: 1 to %d)"
                    .formatted(rule.sourceRanges().size(), FirewallRule.MAX_SOURCES));
        }
        rule.sourceRanges().stream()
                .filter(source -> !SINGLE_ADDRESS.matcher(source).matches())
                .findFirst()
                .ifPresent(source -> {
                    throw new IllegalArgumentException(
                            "sourceRanges: %s (expected: a single address, /32 or /128)".formatted(source));
                });
        Firewall.Builder firewall = Firewall.newBuilder()
                .setName(rule.name())
                .setNetwork("global/networks/" + rule.network())
                .setDirection("INGRESS")
                .setPriority(PRIORITY)
                .addAllowed(Allowed.newBuilder().setIPProtocol("tcp").addPorts(Integer.toString(rule.port())))
                .addAllSourceRanges(rule.sourceRanges())
                .addTargetTags(rule.targetTag());
        rule.owner().map(RuleDescription::write).ifPresent(firewall::setDescription);
        return firewall.build();
    }

    static FirewallRule rule(Firewall firewall) {
        return new FirewallRule(
                firewall.getName(),
                InstanceTranslation.lastSegment(firewall.getNetwork()),
                new TreeSet<>(firewall.getSourceRangesList()),
                String.join(",", firewall.getTargetTagsList()),
                isOfOurShape(firewall) ? Integer.parseInt(firewall.getAllowed(0).getPorts(0)) : OTHER_SHAPE,
                RuleDescription.read(firewall.getDescription()));
    }

    private static boolean isOfOurShape(Firewall firewall) {
        return firewall.getDirection().equals("INGRESS")
                && firewall.getPriority() == PRIORITY
                && !firewall.getDisabled()
                && admitsOneTcpPort(firewall.getAllowedList())
                && firewall.getTargetTagsCount() == 1
                && firewall.getDeniedCount() == 0
                && firewall.getDestinationRangesCount() == 0
                && firewall.getSourceTagsCount() == 0
                && firewall.getSourceServiceAccountsCount() == 0
                && firewall.getTargetServiceAccountsCount() == 0;
    }

    private static boolean admitsOneTcpPort(List<Allowed> allowed) {
        return allowed.size() == 1
                && allowed.getFirst().getIPProtocol().equals("tcp")
                && allowed.getFirst().getPortsCount() == 1
                && allowed.getFirst().getPorts(0).matches("[0-9]{1,5}");
    }
}
