// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

/** A cloud in memory: one clock, one list of faults, and a fake behind each port. Not for more than one thread at a time. */
public final class FakeCloud {
    private final FakeClock clock;
    private final Faults faults = new Faults();
    private final FakeInstances instances;
    private final FakeFirewalls firewalls;
    private final FakeSecrets secrets;

    public FakeCloud(FakeClock clock) {
        this.clock = clock;
        this.instances = new FakeInstances(clock, faults);
        this.firewalls = new FakeFirewalls(clock, faults);
        this.secrets = new FakeSecrets(clock, faults);
    }

    public FakeClock clock() {
        return clock;
    }

    public Faults faults() {
        return faults;
    }

    public FakeInstances instances() {
        return instances;
    }

    public FakeFirewalls firewalls() {
        return firewalls;
    }

    public FakeSecrets secrets() {
        return secrets;
    }
}
