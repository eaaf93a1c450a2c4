// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.record;

import dev.privatellm.lab.gcp.record.FaultRule.When;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules in force, each with its count of calls. Thread-safe. */
public final class Faults {

    /** Most rules at once. */
    public static final int MAX_RULES = 1000;

    private final List<Counted> rules = new ArrayList<>();

    private static final class Counted {
        private final FaultRule rule;
        private int calls;

        private Counted(FaultRule rule) {
            this.rule = rule;
        }
    }

    /** Puts a rule in force. */
    public synchronized void add(FaultRule rule) {
        if (rules.size() >= MAX_RULES) {
            throw new IllegalStateException("more than " + MAX_RULES + " fault rules");
        }
        rules.add(new Counted(rule));
    }

    public synchronized List<FaultRule> rules() {
        return rules.stream().map(counted -> counted.rule).toList();
    }

    public synchronized void clear() {
        rules.clear();
    }

    /** Counts a call and tells which fault around its effect is due, if any. */
    public Optional<FaultRule> onCall(String rpc, String zone, String machineType) {
        return due(rpc, zone, machineType, false);
    }

    /** Counts an accepted mutation and tells which error its operation ends with, if any. */
    public Optional<FaultRule> onOperation(String rpc, String zone, String machineType) {
        return due(rpc, zone, machineType, true);
    }

    private synchronized Optional<FaultRule> due(String rpc, String zone, String machineType, boolean operation) {
        Optional<FaultRule> due = Optional.empty();
        for (Counted counted : rules) {
            if ((counted.rule.when() == When.OPERATION) == operation && counted.rule.matches(rpc, zone, machineType)) {
                counted.calls++;
                boolean hits = counted.rule.nth() == 0 || counted.rule.nth() == counted.calls;
                if (hits && due.isEmpty()) {
                    due = Optional.of(counted.rule);
                }
            }
        }
        return due;
    }
}
