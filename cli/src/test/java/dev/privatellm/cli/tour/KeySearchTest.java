// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

class KeySearchTest {

    private static final KeyPair RSA = rsa();
    private static final KeyPair OTHER = rsa();
    private static final KeyPair EC = ec();

    enum Form {
        DER {
            @Override
            byte[] of(byte[] der) {
                return der;
            }
        },
        HEX {
            @Override
            byte[] of(byte[] der) {
                return bytes(HexFormat.of().formatHex(der));
            }
        },
        UPPER_CASE_HEX {
            @Override
            byte[] of(byte[] der) {
                return bytes(HexFormat.of().withUpperCase().formatHex(der));
            }
        },
        BASE64 {
            @Override
            byte[] of(byte[] der) {
                return bytes(Base64.getEncoder().encodeToString(der));
            }
        },
        BASE64_AFTER_ONE_BYTE {
            @Override
            byte[] of(byte[] der) {
                return BASE64.of(after(1, der));
            }
        },
        BASE64_AFTER_TWO_BYTES {
            @Override
            byte[] of(byte[] der) {
                return BASE64.of(after(2, der));
            }
        },
        PEM {
            @Override
            byte[] of(byte[] der) {
                return bytes("-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(64, bytes("\n")).encodeToString(der) + "\n-----END PRIVATE KEY-----\n");
            }
        },
        PEM_WITHIN_JSON {
            @Override
            byte[] of(byte[] der) {
                String pem = new String(PEM.of(der), StandardCharsets.US_ASCII);
                return bytes(JsonMapper.shared().writeValueAsString(pem).replace("/", "\\/"));
            }
        },
        SECRET_PAYLOAD {
            @Override
            byte[] of(byte[] der) {
                return bytes("{\"payload\":{\"data\":\""
                        + Base64.getEncoder().encodeToString(after(2, PEM_WITHIN_JSON.of(der))) + "\"}}");
            }
        };

        abstract byte[] of(byte[] der);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    @DisplayName("the authority's private key is found in what left, whatever form it has")
    void findsAnRsaKey(Form form) {
        assertThat(KeySearch.of(RSA.getPrivate())
                        .count(amid(form.of(RSA.getPrivate().getEncoded()))))
                .isPositive();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void findsAnEcKey(Form form) {
        assertThat(KeySearch.of(EC.getPrivate())
                        .count(amid(form.of(EC.getPrivate().getEncoded()))))
                .isPositive();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    @DisplayName(
            "S1 any private key is found in what left, whatever form it has, and nothing is taken for one that is none")
    void findsAnyKey(Form form) {
        KeySearch search = KeySearch.ofAnyKey();
        for (KeyPair pair : List.of(RSA, OTHER, EC)) {
            assertThat(search.count(amid(form.of(pair.getPrivate().getEncoded()))))
                    .isPositive();
        }
        assertThat(search.count(amid(RSA.getPublic().getEncoded()))).isZero();
        assertThat(search.count(amid(EC.getPublic().getEncoded()))).isZero();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void isNotMisledByThePublicKeyOrByAnotherOne(Form form) {
        KeySearch search = KeySearch.of(RSA.getPrivate());

        assertThat(search.count(amid(form.of(RSA.getPublic().getEncoded())))).isZero();
        assertThat(search.count(amid(form.of(OTHER.getPrivate().getEncoded())))).isZero();
    }

    @Test
    void findsOnePrimeAlone() {
        byte[] prime = ((RSAPrivateCrtKey) RSA.getPrivate()).getPrimeQ().toByteArray();

        assertThat(KeySearch.of(RSA.getPrivate()).count(amid(prime))).isPositive();
    }

    @Test
    void refusesAKeyItCannotLookFor() throws GeneralSecurityException {
        KeyPair edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

        assertThatThrownBy(() -> KeySearch.of(edwards.getPrivate())).hasMessageContaining("expected: RSA or EC");
    }

    private static byte[] amid(byte[] secret) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes("POST /compute/v1 HTTP/1.1\r\n\r\n{\"x\":\""));
        out.writeBytes(secret);
        out.writeBytes(bytes("\"}"));
        return out.toByteArray();
    }

    private static byte[] after(int bytes, byte[] secret) {
        byte[] shifted = new byte[bytes + secret.length];
        Arrays.fill(shifted, 0, bytes, (byte) ' ');
        System.arraycopy(secret, 0, shifted, bytes, secret.length);
        return shifted;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair ec() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
