// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** The fake keeps the port's promises. */
class FakeInventoryTest extends InventoryContract {
    private final FakeClock clock = new FakeClock(Instant.parse("2026-11-21T08:00:00Z"));
    private final FakeCloud cloud = new FakeCloud(clock);

    {
        cloud.networks().plant(new Network("default", true, java.util.Optional.empty()));
    }

    @Override
    protected Inventory inventory() {
        return cloud.inventory();
    }

    @Override
    protected InstanceProvider instances() {
        return cloud.instances();
    }

    @Override
    protected FirewallProvider firewalls() {
        return cloud.firewalls();
    }

    @Override
    protected SecretStore secrets() {
        return cloud.secrets();
    }

    @Override
    protected NetworkProvider networks() {
        return cloud.networks();
    }

    @Override
    protected IdentityProvider identities() {
        return cloud.identities();
    }

    @Override
    protected ArtifactStore artifacts() {
        return cloud.artifacts();
    }

    @Override
    protected void eventually(BooleanSupplier condition) {
        for (int second = 0; !condition.getAsBoolean(); second++) {
            if (second > 600) {
                throw new AssertionError("not within ten minutes");
            }
            clock.advance(Duration.ofSeconds(1));
        }
    }
}
