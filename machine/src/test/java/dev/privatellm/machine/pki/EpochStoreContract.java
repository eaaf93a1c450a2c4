// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link EpochStore} keeps, whatever it keeps it in. */
public abstract class EpochStoreContract {

    /** The store under test, empty. */
    protected abstract EpochStore store();

    @Test
    void findsNothingInAnEmptyStore() {
        assertThat(store().find(1)).isEmpty();
    }

    @Test
    void givesBackWhatWasSaved() {
        EpochStore store = store();
        Epoch epoch = TestPki.epoch(1);
        store.save(epoch);
        assertThat(store.find(1)).contains(epoch);
    }

    @Test
    void keepsTwoOverlappingEpochsApart() {
        EpochStore store = store();
        Epoch first = TestPki.epoch(1);
        Epoch second = TestPki.ISSUER.issue(2, TestPki.SERVER_NAME, Optional.of(first));
        store.save(first);
        store.save(second);
        assertThat(store.find(1)).contains(first);
        assertThat(store.find(2)).contains(second);
    }

    @Test
    void forgetsOnlyOlderGenerations() {
        EpochStore store = store();
        for (long generation = 1; generation <= 3; generation++) {
            store.save(TestPki.epoch(generation));
        }
        store.forgetBefore(2);
        assertThat(store.find(1)).isEmpty();
        assertThat(store.find(2)).isPresent();
        assertThat(store.find(3)).isPresent();
    }

    @Test
    void replacesAGenerationThatWasSavedBefore() {
        EpochStore store = store();
        Epoch again = TestPki.epoch(1);
        store.save(TestPki.epoch(1));
        store.save(again);
        assertThat(store.find(1)).contains(again);
    }
}
