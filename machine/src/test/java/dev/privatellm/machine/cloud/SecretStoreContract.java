// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@link SecretStore} promises, whoever fills it. */
public abstract class SecretStoreContract extends CloudContract {
    private static final String SECRET = NAME + "-bundle";
    private static final Map<String, String> OURS = Map.of("pllm-owner", OWNER);
    private static final int ROTATIONS = 20;

    /** As much as one version may hold in the cloud. */
    private static final int LARGEST_PAYLOAD = 64 * 1024;

    protected abstract SecretStore secrets();

    @Test
    void hasNoVersionsOfASecretThatIsNotThere() {
        assertThat(secrets().versions(SECRET)).isEmpty();
        assertThatThrownBy(() -> secrets().addVersion(SECRET, bytes("x"))).isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void makesAContainerOnce() {
        secrets().ensure(SECRET, OURS);
        SecretVersion version = secrets().addVersion(SECRET, bytes("kept"));

        assertThatCode(() -> secrets().ensure(SECRET, OURS)).doesNotThrowAnyException();
        assertThat(secrets().access(version)).isEqualTo(bytes("kept"));
    }

    @Test
    void refusesAContainerOfSomebodyElse() {
        secrets().ensure(SECRET, Map.of("pllm-owner", "somebody-else"));

        assertThatThrownBy(() -> secrets().ensure(SECRET, OURS)).isInstanceOf(CloudFailure.Conflict.class);
    }

    @Test
    void readsAVersionByItsNumberAtOnce() {
        secrets().ensure(SECRET, OURS);

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
        secrets().ensure(SECRET, OURS);

        assertThat(secrets().access(secrets().addVersion(SECRET, payload))).isEqualTo(payload);
    }

    @Test
    void listsVersionsNewestFirst() {
        secrets().ensure(SECRET, OURS);
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
        secrets().ensure(SECRET, OURS);
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
        secrets().ensure(SECRET, OURS);
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
        secrets().ensure(SECRET, OURS);
        SecretVersion real = secrets().addVersion(SECRET, bytes("x"));
        SecretVersion imagined = new SecretVersion(
                real.name().replaceAll("1$", "99"), 99, SecretVersion.State.ENABLED, real.createdAt());

        assertThatThrownBy(() -> secrets().access(imagined)).isInstanceOf(CloudFailure.NotFound.class);
        assertThatThrownBy(() -> secrets().destroy(imagined)).isInstanceOf(CloudFailure.NotFound.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
