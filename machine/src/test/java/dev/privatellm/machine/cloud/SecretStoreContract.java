// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@link SecretStore} promises, whoever fills it. */
public abstract class SecretStoreContract extends CloudContract {
    private static final String SECRET = NAME + "-bundle";
    private static final Map<String, String> OURS = Map.of("pllm-owner", OWNER);
    private static final CryptoKey KEY =
            new CryptoKey("pllm-ring", "pllm-key", true, Map.of("pllm-cluster", "cluster-1"));
    private static final int ROTATIONS = 20;

    /** As much as one version may hold in the cloud. */
    private static final int LARGEST_PAYLOAD = 64 * 1024;

    protected abstract SecretStore secrets();

    /** Accounts of the same project. */
    protected abstract IdentityProvider identities();

    /** Keys of the same project. */
    protected abstract KeyProvider keys();

    @Test
    void hasNoVersionsOfASecretThatIsNotThere() {
        assertThat(secrets().versions(SECRET)).isEmpty();
        assertThatThrownBy(() -> secrets().addVersion(SECRET, bytes("x"))).isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void makesAContainerOnce() {
        secrets().ensure(SECRET, OURS, Optional.empty());
        SecretVersion version = secrets().addVersion(SECRET, bytes("kept"));

        assertThatCode(() -> secrets().ensure(SECRET, OURS, Optional.empty())).doesNotThrowAnyException();
        assertThat(secrets().access(version)).isEqualTo(bytes("kept"));
    }

    @Test
    void refusesAContainerOfSomebodyElse() {
        secrets().ensure(SECRET, Map.of("pllm-owner", "somebody-else"), Optional.empty());

        assertThatThrownBy(() -> secrets().ensure(SECRET, OURS, Optional.empty()))
                .isInstanceOf(CloudFailure.Conflict.class);
    }

    @Test
    void readsAVersionByItsNumberAtOnce() {
        secrets().ensure(SECRET, OURS, Optional.empty());

        for (int number = 1; number <= 3; number++) {
            SecretVersion version = secrets().addVersion(SECRET, bytes("payload " + number));
            assertThat(version.number()).isEqualTo(number);
            assertThat(version.name()).endsWith("/secrets/" + SECRET + "/versions/" + number);
            assertThat(version.state()).isEqualTo(SecretVersion.State.ENABLED);
            assertThat(secrets().access(version)).isEqualTo(bytes("payload " + number));
        }
    }

    @Test
    void keepsEveryByteOfALargePayload() {
        byte[] payload = new byte[LARGEST_PAYLOAD];
        new Random(7).nextBytes(payload);
        secrets().ensure(SECRET, OURS, Optional.empty());

        assertThat(secrets().access(secrets().addVersion(SECRET, payload))).isEqualTo(payload);
    }

    @Test
    void listsVersionsNewestFirst() {
        secrets().ensure(SECRET, OURS, Optional.empty());
        for (int i = 0; i < 12; i++) {
            secrets().addVersion(SECRET, bytes("x"));
        }

        eventually(() -> secrets().versions(SECRET).size() == 12);

        List<Long> numbers =
                secrets().versions(SECRET).stream().map(SecretVersion::number).toList();
        assertThat(numbers).containsExactly(12L, 11L, 10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
    }

    @Test
    @DisplayName("S5 destroyed means destroyed: listed for ever, readable never")
    void destroysOneVersionForEver() {
        secrets().ensure(SECRET, OURS, Optional.empty());
        SecretVersion first = secrets().addVersion(SECRET, bytes("first"));
        SecretVersion second = secrets().addVersion(SECRET, bytes("second"));

        secrets().destroy(first);
        assertThatCode(() -> secrets().destroy(first)).doesNotThrowAnyException();

        assertThatThrownBy(() -> secrets().access(first)).isInstanceOf(CloudFailure.NotFound.class);
        assertThat(secrets().access(second)).isEqualTo(bytes("second"));
        eventually(() -> secrets().versions(SECRET).size() == 2);
        assertThat(secrets().versions(SECRET))
                .extracting(SecretVersion::state)
                .containsExactly(SecretVersion.State.ENABLED, SecretVersion.State.DESTROYED);
    }

    @Test
    @DisplayName("S5 whoever destroys the older version at each rotation has two at most")
    void doesNotPileUpVersionsThatAreDestroyed() {
        secrets().ensure(SECRET, OURS, Optional.empty());
        SecretVersion previous = secrets().addVersion(SECRET, bytes("0"));
        for (int i = 1; i <= ROTATIONS; i++) {
            SecretVersion next = secrets().addVersion(SECRET, bytes("" + i));
            secrets().destroy(previous);
            previous = next;
        }

        eventually(() -> secrets().versions(SECRET).size() == ROTATIONS + 1);

        assertThat(secrets().versions(SECRET))
                .filteredOn(version -> version.state() != SecretVersion.State.DESTROYED)
                .hasSize(1);
    }

    @Test
    void cannotReadOrDestroyWhatWasNeverThere() {
        secrets().ensure(SECRET, OURS, Optional.empty());
        SecretVersion real = secrets().addVersion(SECRET, bytes("x"));
        SecretVersion imagined = new SecretVersion(
                real.name().replaceAll("1$", "99"), 99, SecretVersion.State.ENABLED, real.createdAt());

        assertThatThrownBy(() -> secrets().access(imagined)).isInstanceOf(CloudFailure.NotFound.class);
        assertThatThrownBy(() -> secrets().destroy(imagined)).isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void tellsWhoseAContainerIs() {
        assertThat(secrets().owner(SECRET)).isEmpty();

        secrets().ensure(SECRET, OURS, Optional.empty());
        secrets().ensure(NAME + "-unlabelled", Map.of(), Optional.empty());

        assertThat(secrets().owner(SECRET)).contains(OWNER);
        assertThat(secrets().owner(NAME + "-unlabelled")).contains("");
    }

    @Test
    @DisplayName("P4 one account reads one secret, because it was let in")
    void letsOneAccountReadOneSecret() {
        String reader = account("pllm-reader");
        String stranger = account("pllm-stranger");
        secrets().ensure(SECRET, OURS, Optional.empty());
        secrets().ensure(NAME + "-another", OURS, Optional.empty());
        assertThat(secrets().admits(SECRET, reader)).isFalse();

        secrets().admit(SECRET, reader);
        assertThatCode(() -> secrets().admit(SECRET, reader)).doesNotThrowAnyException();

        assertThat(secrets().admits(SECRET, reader)).isTrue();
        assertThat(secrets().admits(SECRET, stranger)).isFalse();
        assertThat(secrets().admits(NAME + "-another", reader)).isFalse();
    }

    @Test
    void admitsNobodyToASecretThatIsNotThere() {
        String reader = account("pllm-reader");

        assertThat(secrets().admits(SECRET, reader)).isFalse();
        assertThatThrownBy(() -> secrets().admit(SECRET, reader)).isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void takesAnAccountThatTheCloudDoesNotKnowForTooEarly() {
        String reader = account("pllm-reader");
        secrets().ensure(SECRET, OURS, Optional.empty());

        assertThatThrownBy(() -> secrets().admit(SECRET, reader.replace("pllm-reader", "pllm-nobody")))
                .isInstanceOf(CloudFailure.NotReady.class);
    }

    @Test
    void admitsNoAccountThatIsGoneNorItsHeir() {
        String reader = account("pllm-reader");
        secrets().ensure(SECRET, OURS, Optional.empty());
        secrets().admit(SECRET, reader);

        identities().delete("pllm-reader");
        assertThat(secrets().admits(SECRET, reader)).isFalse();
        account("pllm-reader");

        assertThat(secrets().admits(SECRET, reader)).isFalse();
    }

    @Test
    void removesAContainerWithEverythingInIt() {
        secrets().ensure(SECRET, OURS, Optional.empty());
        SecretVersion version = secrets().addVersion(SECRET, bytes("gone"));

        secrets().delete(SECRET);

        assertThat(secrets().versions(SECRET)).isEmpty();
        assertThat(secrets().owner(SECRET)).isEmpty();
        assertThatThrownBy(() -> secrets().access(version)).isInstanceOf(CloudFailure.NotFound.class);
        assertThatThrownBy(() -> secrets().delete(SECRET)).isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void keepsVersionsUnderAKeyThatAdmitsSecrets() {
        keys().ensure(KEY);
        keys().admitSecrets(KEY);

        eventually(() -> isSealed(bytes("first")));
        SecretVersion version = secrets().addVersion(SECRET, bytes("sealed"));

        assertThat(secrets().access(version)).isEqualTo(bytes("sealed"));
    }

    @Test
    void keepsNothingUnderAKeyThatDoesNotAdmitSecrets() {
        keys().ensure(KEY);

        assertThat(isSealed(bytes("open"))).isFalse();
        assertThat(secrets().versions(SECRET)).isEmpty();
    }

    /** Whether the key could be used: a grant may take a while until it is heeded. */
    private boolean isSealed(byte[] payload) {
        try {
            secrets().ensure(SECRET, OURS, Optional.of(KEY));
            secrets().addVersion(SECRET, payload);
            return true;
        } catch (CloudFailure.NotReady e) {
            return false;
        }
    }

    /** Makes an account, waits until it can be granted something, and returns its address. */
    private String account(String id) {
        String email = identities().create(id, id, "of " + OWNER).email();
        secrets().ensure("probe", OURS, Optional.empty());
        eventually(() -> isKnown(email));
        return email;
    }

    private boolean isKnown(String email) {
        try {
            secrets().admit("probe", email);
            return true;
        } catch (CloudFailure.NotReady e) {
            return false;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
