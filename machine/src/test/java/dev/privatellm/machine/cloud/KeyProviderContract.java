// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@link KeyProvider} promises, whoever fills it. */
public abstract class KeyProviderContract extends CloudContract {
    private static final Map<String, String> OURS = Map.of("pllm-cluster", "cluster-1");
    private static final CryptoKey KEY = new CryptoKey("pllm-ring", "pllm-key", true, OURS);
    private static final CryptoKey OTHER = new CryptoKey("pllm-ring", "pllm-other", false, OURS);

    protected abstract KeyProvider keys();

    @Test
    @DisplayName("P6 only the cloud's word that there is none counts as none")
    void findsNoKeyThatIsNotThere() {
        assertThat(keys().find(KEY.ring(), KEY.name())).isEmpty();
        assertThat(keys().admitsSecrets(KEY)).isFalse();
        assertThatThrownBy(() -> keys().admitSecrets(KEY)).isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void makesKeysOfBothKindsInOneRing() {
        keys().ensure(KEY);
        keys().ensure(OTHER);

        assertThat(keys().find(KEY.ring(), KEY.name())).contains(KEY);
        assertThat(keys().find(OTHER.ring(), OTHER.name())).contains(OTHER);
    }

    @Test
    void makesAKeyOnce() {
        keys().ensure(KEY);

        assertThatCode(() -> keys().ensure(KEY)).doesNotThrowAnyException();
        assertThat(keys().find(KEY.ring(), KEY.name())).contains(KEY);
    }

    @Test
    @DisplayName(
            "P19 a key whose versions were destroyed is there without encrypting, costs nothing, and gets a new version when it is needed again")
    void givesAKeyANewVersionWhoseVersionsWereDestroyed() {
        assertThat(keys().versions(KEY)).isEmpty();
        assertThat(keys().encrypts(KEY)).isFalse();
        keys().ensure(KEY);
        assertThat(keys().encrypts(KEY)).isTrue();
        KeyVersion first = keys().versions(KEY).getFirst();
        assertThat(keys().versions(KEY)).singleElement().matches(KeyVersion::isPrimary);

        keys().destroy(first);
        keys().destroy(first);

        assertThat(keys().versions(KEY)).isEmpty();
        assertThat(keys().encrypts(KEY)).isFalse();
        assertThat(keys().find(KEY.ring(), KEY.name())).contains(KEY);

        keys().ensure(KEY);

        assertThat(keys().encrypts(KEY)).isTrue();
        assertThat(keys().versions(KEY))
                .singleElement()
                .matches(KeyVersion::isPrimary)
                .isNotEqualTo(first);
    }

    @Test
    void refusesAKeyOfAnotherCluster() {
        keys().ensure(new CryptoKey(KEY.ring(), KEY.name(), true, Map.of("pllm-cluster", "cluster-2")));

        assertThatThrownBy(() -> keys().ensure(KEY)).isInstanceOf(CloudFailure.Conflict.class);
    }

    @Test
    void opensOneKeyToTheSecretsOfTheProjectAndNoOther() {
        keys().ensure(KEY);
        keys().ensure(OTHER);
        assertThat(keys().admitsSecrets(KEY)).isFalse();

        keys().admitSecrets(KEY);
        assertThatCode(() -> keys().admitSecrets(KEY)).doesNotThrowAnyException();

        eventually(() -> keys().admitsSecrets(KEY));
        assertThat(keys().admitsSecrets(OTHER)).isFalse();
    }
}
