// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@link Authorities} promise, wherever they are kept. */
public abstract class AuthoritiesContract {

    /** Those of a new resource. */
    protected abstract Authorities authorities();

    @Test
    void aNewResourceHasOneAuthority() {
        Authorities authorities = authorities();

        assertThat(authorities.successor()).isEmpty();
        assertThat(authorities.find(authorities.current().certificate()))
                .map(CaSigner::certificate)
                .contains(authorities.current().certificate());
    }

    @Test
    @DisplayName("C16 a successor comes beside the authority, whose key stays until the succession is complete")
    void keepsBothUntilTheSuccessionIsComplete() {
        Authorities authorities = authorities();
        CaSigner old = authorities.current();

        CaSigner next = authorities.begin();

        assertThat(authorities.current().certificate()).isEqualTo(old.certificate());
        assertThat(authorities.successor().orElseThrow().certificate()).isEqualTo(next.certificate());
        assertThat(next.certificate()).isNotEqualTo(old.certificate());
        assertThat(authorities.find(old.certificate())).isPresent();
        authorities.complete();
        assertThat(authorities.current().certificate()).isEqualTo(next.certificate());
        assertThat(authorities.successor()).isEmpty();
        assertThat(authorities.find(old.certificate())).isEmpty();
    }

    @Test
    void whatIsRepeatedChangesNothing() {
        Authorities authorities = authorities();
        CaSigner next = authorities.begin();

        assertThat(authorities.begin().certificate()).isEqualTo(next.certificate());
        authorities.complete();
        assertThat(authorities.complete().certificate()).isEqualTo(next.certificate());
    }

    @Test
    void aReplacementLeavesNothingOfThoseBefore() {
        Authorities authorities = authorities();
        CaSigner old = authorities.current();
        CaSigner next = authorities.begin();

        CaSigner third = authorities.replace();

        assertThat(authorities.current().certificate()).isEqualTo(third.certificate());
        assertThat(authorities.successor()).isEmpty();
        assertThat(authorities.find(old.certificate())).isEmpty();
        assertThat(authorities.find(next.certificate())).isEmpty();
    }
}
