// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@link StateStore} promises, whoever fills it. */
public abstract class StateStoreContract<S> {

    /** A store that holds the first state. */
    protected abstract StateStore<S> store();

    /** The same record as another process would open it; the same object where nothing outlives the process. */
    protected abstract StateStore<S> reopened();

    protected abstract S second();

    protected abstract S third();

    @Test
    void returnsWhatItWasGiven() {
        StateStore<S> store = store();

        long version = store.compareAndSet(store.read().version(), second());

        assertThat(store.read()).isEqualTo(new StateStore.Versioned<>(second(), version));
    }

    @Test
    void changesItsVersionWithEveryWrite() {
        StateStore<S> store = store();
        long before = store.read().version();

        long after = store.compareAndSet(before, second());

        assertThat(after).isNotEqualTo(before);
        assertThat(store.compareAndSet(after, second())).isNotEqualTo(after);
    }

    @Test
    @DisplayName("R2 a write that was decided upon an older state is refused and changes nothing")
    void refusesAWriteUponAnOlderState() {
        StateStore<S> store = store();
        long seen = store.read().version();
        store.compareAndSet(seen, second());

        assertThatThrownBy(() -> store.compareAndSet(seen, third())).isInstanceOf(StateStore.StaleState.class);
        assertThat(store.read().state()).isEqualTo(second());
    }

    @Test
    void keepsWhatItWasGivenForTheNextProcess() {
        StateStore<S> store = store();
        store.compareAndSet(store.read().version(), second());

        assertThat(reopened().read().state()).isEqualTo(second());
    }
}
