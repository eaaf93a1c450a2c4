// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.api.v1alpha1.Security;
import dev.privatellm.machine.cloud.SecretStore;
import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.link.GuestLink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The search for keys can fail: it finds one in each form, on each way out. */
final class CanariesTest {
    private final World world = new World();
    private final Canaries canaries = new Canaries(KeyRing.EC);

    private static byte[] key() {
        return KeyRing.EC.made().getFirst().getPrivate().getEncoded();
    }

    private static String pem() {
        return Base64.getMimeEncoder().encodeToString(key());
    }

    static Stream<Function<byte[], byte[]>> forms() {
        return Stream.of(
                Function.identity(),
                key -> ascii(Base64.getEncoder().encodeToString(key)),
                key -> ascii(Base64.getMimeEncoder().encodeToString(key)),
                key -> ascii(Base64.getMimeEncoder().encodeToString(key).replace("\r\n", "\\n")),
                key -> ascii(HexFormat.of().formatHex(key)),
                key -> Base64.getEncoder()
                        .encode(ascii("x" + Base64.getEncoder().encodeToString(key))));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void upload(byte[] payload, Security.ServerKey serverKey) {
        Ports ports = Interposed.around(portsOf(), SecretStore.class, call -> {
            canaries.sent(call, serverKey);
            return call.proceed();
        });
        ports.secrets().ensure("s", Map.of(), Optional.empty());
        ports.secrets().addVersion("s", payload);
    }

    private Ports portsOf() {
        Ports[] seen = new Ports[1];
        new World(new World.Seams(
                ports -> {
                    seen[0] = ports;
                    return ports;
                },
                World.Seams.AS_SHIPPED.planner(),
                KeyRing.EC));
        return seen[0];
    }

    @ParameterizedTest
    @MethodSource("forms")
    @DisplayName("S12 a key is found in an upload, as bytes and as text")
    void findsAKeyInAnUpload(Function<byte[], byte[]> form) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes(ascii("{\"a\":\""));
        payload.writeBytes(form.apply(key()));
        payload.writeBytes(ascii("\"}"));

        upload(payload.toByteArray(), Security.ServerKey.CSR);

        assertFound();
    }

    @Test
    @DisplayName("S12 the field of the machine's own key is searched unless the document has that key made here")
    void findsAServerKeyOfAMachineThatMakesItsOwn() {
        byte[] bundle = ascii("{\"serverKey\":\"%s\"}".formatted(pem().replace("\r\n", "\\n")));
        upload(bundle, Security.ServerKey.UPLOADED);
        assertThatCode(() -> canaries.search(world)).doesNotThrowAnyException();

        upload(bundle, Security.ServerKey.CSR);

        assertFound();
    }

    @Test
    @DisplayName("S12 a key is found in a call to the guest, and in what keeps its own text to itself")
    void findsAKeyInACallToTheGuest() {
        Ports ports = Interposed.around(portsOf(), GuestLink.class, call -> {
            canaries.sent(call, Security.ServerKey.UPLOADED);
            return Integer.valueOf(0);
        });
        ports.guest().drain(new GuestAddress("host", 8080, pem(), "p".repeat(64), Optional.empty(), 1), true);

        assertFound();
    }

    @Test
    @DisplayName("S12 a key is found in what a step shows, also within records that do not print it")
    void findsAKeyInWhatIsShown() {
        canaries.written(Optional.of(new Wrapped(pem())));
        assertFound();
    }

    private record Wrapped(String inner) {
        @Override
        public String toString() {
            return "***";
        }
    }

    private void assertFound() {
        assertThatThrownBy(() -> canaries.search(world))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("a private key has got out");
    }
}
