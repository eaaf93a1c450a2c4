// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Firewall rules in memory; a rule admits nobody before its operation is done, and one that is replaced admits whom it did until then. */
public final class FakeFirewalls implements FirewallProvider {
    private record Standing(FirewallRule rule, Instant from, Optional<FirewallRule> before) {
        Optional<FirewallRule> inForce(Instant now) {
            return now.isBefore(from) ? before : Optional.of(rule);
        }
    }

    private final FakeClock clock;
    private final Faults faults;
    private final FakeOperations operations;
    private final Map<String, Standing> rules = new LinkedHashMap<>();
    private Duration pace = Duration.ofSeconds(1);

    FakeFirewalls(FakeClock clock, Faults faults) {
        this.clock = clock;
        this.faults = faults;
        this.operations = new FakeOperations(clock);
    }

    /** How long a change takes. */
    public void pace(Duration newPace) {
        pace = newPace;
    }

    /** Puts a rule there as somebody else would. */
    public void plant(FirewallRule rule) {
        rules.put(rule.name(), new Standing(rule, clock.instant(), Optional.empty()));
    }

    /** Whether a connection from this range to a machine with this tag is let through now. */
    public boolean admits(String range, String tag, int port) {
        return rules.values().stream()
                .flatMap(standing -> standing.inForce(clock.instant()).stream())
                .anyMatch(rule -> rule.targetTag().equals(tag)
                        && rule.port() == port
                        && rule.sourceRanges().contains(range));
    }

    /** All rules there are, whoever they belong to. */
    public List<FirewallRule> all() {
        return rules.values().stream().map(Standing::rule).toList();
    }

    @Override
    public Optional<FirewallRule> find(String name) {
        return faults.call(
                "findRule", () -> Optional.ofNullable(rules.get(name)).map(Standing::rule));
    }

    @Override
    public List<FirewallRule> list() {
        return faults.call(
                "listRules",
                () -> all().stream()
                        .filter(rule -> rule.name().startsWith("pllm-"))
                        .toList());
    }

    @Override
    public OperationId insert(FirewallRule rule, RequestId requestId) {
        return faults.call(
                "insertRule",
                () -> operations.once(requestId, () -> {
                    if (rules.containsKey(rule.name())) {
                        throw new CloudFailure.AlreadyExists("alreadyExists", rule.name() + " exists", null);
                    }
                    return put(rule, "insertRule");
                }));
    }

    @Override
    public OperationId replace(FirewallRule rule, RequestId requestId) {
        return faults.call(
                "replaceRule",
                () -> operations.once(requestId, () -> {
                    existing(rule.name());
                    return put(rule, "replaceRule");
                }));
    }

    private OperationId put(FirewallRule rule, String call) {
        Instant from = clock.instant().plus(pace);
        Optional<CloudFailure> failure = faults.operationFailure(call);
        if (failure.isEmpty()) {
            Optional<FirewallRule> before =
                    Optional.ofNullable(rules.get(rule.name())).flatMap(standing -> standing.inForce(clock.instant()));
            rules.put(rule.name(), new Standing(rule, from, before));
        }
        return operations.begin(Optional.empty(), from, failure);
    }

    @Override
    public OperationId delete(String name, RequestId requestId) {
        return faults.call(
                "deleteRule",
                () -> operations.once(requestId, () -> {
                    existing(name);
                    Optional<CloudFailure> failure = faults.operationFailure("deleteRule");
                    if (failure.isEmpty()) {
                        rules.remove(name);
                    }
                    return operations.begin(Optional.empty(), clock.instant().plus(pace), failure);
                }));
    }

    private void existing(String name) {
        if (!rules.containsKey(name)) {
            throw new CloudFailure.NotFound("notFound", name + " is not there", null);
        }
    }

    @Override
    public OperationStatus operation(OperationId id) {
        return faults.call("operationOfRule", () -> operations.status(id));
    }
}
