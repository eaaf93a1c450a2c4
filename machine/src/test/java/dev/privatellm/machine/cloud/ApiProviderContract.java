// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@link ApiProvider} promises, whoever fills it. */
public abstract class ApiProviderContract extends CloudContract {

    /** Of a project in which nothing is enabled. */
    protected abstract ApiProvider apis();

    @Test
    void enablesWhatIsAskedForAndNothingElse() {
        assertThat(apis().areEnabled(Set.of(Api.MACHINES))).isFalse();

        enable(EnumSet.of(Api.MACHINES, Api.SECRETS));

        assertThat(apis().areEnabled(Set.of(Api.MACHINES, Api.SECRETS))).isTrue();
        assertThat(apis().areEnabled(Set.of(Api.MACHINES, Api.KEYS))).isFalse();
    }

    @Test
    void enablesAgainWithoutHarm() {
        enable(EnumSet.of(Api.MACHINES));

        enable(EnumSet.allOf(Api.class));

        assertThat(apis().areEnabled(EnumSet.allOf(Api.class))).isTrue();
    }

    private void enable(Set<Api> some) {
        OperationId operation = apis().enable(some);
        eventually(() -> apis().operation(operation) instanceof OperationStatus.Done);
    }
}
