// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@link IdentityProvider} promises, whoever fills it. */
public abstract class IdentityProviderContract extends CloudContract {
    private static final String ACCOUNT = NAME.value();

    protected abstract IdentityProvider identities();

    @Test
    @DisplayName("P6 only the cloud's word that there is none counts as none")
    void findsNoAccountThatIsNotThere() {
        assertThat(identities().find(ACCOUNT)).isEmpty();
    }

    @Test
    void makesAnAccountThatSaysWhoseItIs() {
        ServiceAccount made = identities().create(ACCOUNT, "Private LLM", "of " + OWNER);

        assertThat(made.accountId()).isEqualTo(ACCOUNT);
        assertThat(made.email()).startsWith(ACCOUNT + "@").endsWith(".gserviceaccount.com");
        assertThat(made.description()).isEqualTo("of " + OWNER);
        eventually(() -> identities().find(ACCOUNT).isPresent());
        assertThat(identities().find(ACCOUNT)).contains(made);
    }

    @Test
    void refusesASecondAccountOfThatName() {
        identities().create(ACCOUNT, "Private LLM", "of " + OWNER);

        assertThatThrownBy(() -> identities().create(ACCOUNT, "Another", "of somebody else"))
                .isInstanceOf(CloudFailure.AlreadyExists.class);
        eventually(() -> identities().find(ACCOUNT).isPresent());
        assertThat(identities().find(ACCOUNT).orElseThrow().description()).isEqualTo("of " + OWNER);
    }

    @Test
    void removesAnAccountAfterWhichItsNameIsFree() {
        identities().create(ACCOUNT, "Private LLM", "of " + OWNER);

        identities().delete(ACCOUNT);

        eventually(() -> identities().find(ACCOUNT).isEmpty());
        assertThat(identities().create(ACCOUNT, "Private LLM", "of its heir").description())
                .isEqualTo("of its heir");
    }

    @Test
    void cannotRemoveWhatIsNotThere() {
        assertThatThrownBy(() -> identities().delete(ACCOUNT)).isInstanceOf(CloudFailure.NotFound.class);
    }
}
