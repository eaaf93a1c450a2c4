// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

final class FakeApisTest extends ApiProviderContract {
    private final FakeCloud cloud = new FakeCloud(new FakeClock(Instant.parse("2026-11-21T08:00:00Z")));

    @Override
    protected ApiProvider apis() {
        return cloud.apis();
    }

    @Override
    protected void eventually(BooleanSupplier condition) {
        for (int second = 0; second < 60 && !condition.getAsBoolean(); second++) {
            cloud.clock().advance(Duration.ofSeconds(1));
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
