// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

final class FakeArtifactsTest extends ArtifactStoreContract {
    private final FakeCloud cloud = new FakeCloud(new FakeClock(Instant.parse("2026-11-21T08:00:00Z")));

    @Override
    protected ArtifactStore artifacts() {
        return cloud.artifacts();
    }

    @Override
    protected IdentityProvider identities() {
        return cloud.identities();
    }

    @Override
    protected Artifact artifact() {
        return new Artifact("1".repeat(64), Path.of("never-read"));
    }

    @Override
    protected void eventually(BooleanSupplier condition) {
        for (int second = 0; second < 60 && !condition.getAsBoolean(); second++) {
            cloud.clock().advance(Duration.ofSeconds(1));
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
