// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;

/**
 * A certificate request (PKCS#10, RFC 2986) written by hand, because the few bytes of it do not pay for a library on every machine. Its subject says who asks
 * and when, and its signature covers that: the nonce as common name, the cloud's number of this machine as serial number, the boot as organisational unit.
 * What else the certificate will say, the controller decides.
 *
 * @param nonce that this machine was told
 * @param instanceId the cloud's number of this machine
 */
record CertificateRequest(String nonce, String instanceId, String bootId) {
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTF8_STRING = 0x0c;
    private static final int PRINTABLE_STRING = 0x13;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int ATTRIBUTES = 0xa0;
    private static final int NULL = 0x05;

    private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};
    private static final byte[] SERIAL_NUMBER = {0x55, 0x04, 0x05};
    private static final byte[] ORGANISATIONAL_UNIT = {0x55, 0x04, 0x0b};
    private static final byte[] RSA_SHA256 = {0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x0b
    };
    private static final byte[] ECDSA_SHA256 = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02};
    private static final byte[] ECDSA_SHA384 = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x03};

    private static final int LONG_FORM = 0x80;
    private static final int LINE = 64;

    /** The request for this key, in PEM (RFC 7468). */
    String pem(KeyPair pair, OwnKeys.Algorithm algorithm) {
        byte[] subject = of(
                SEQUENCE,
                attribute(COMMON_NAME, UTF8_STRING, nonce),
                attribute(SERIAL_NUMBER, PRINTABLE_STRING, instanceId),
                attribute(ORGANISATIONAL_UNIT, UTF8_STRING, bootId));
        byte[] info = of(
                SEQUENCE, of(INTEGER, new byte[] {0}), subject, pair.getPublic().getEncoded(), of(ATTRIBUTES));
        byte[] signature = of(BIT_STRING, new byte[] {0}, sign(info, pair, algorithm));
        byte[] request = of(SEQUENCE, info, identifier(algorithm), signature);
        String text = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(request);
        return "-----BEGIN CERTIFICATE REQUEST-----\n" + text + "\n-----END CERTIFICATE REQUEST-----\n";
    }

    private static byte[] sign(byte[] info, KeyPair pair, OwnKeys.Algorithm algorithm) {
        try {
            Signature signer = Signature.getInstance(algorithm.signature());
            signer.initSign(pair.getPrivate());
            signer.update(info);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot sign with " + algorithm, e);
        }
    }

    /** Signatures with RSA have parameters, and they are null (RFC 4055, 5); those with ECDSA have none (RFC 5758, 3.2). */
    private static byte[] identifier(OwnKeys.Algorithm algorithm) {
        return switch (algorithm) {
            case RSA_4096 -> of(SEQUENCE, of(OBJECT_IDENTIFIER, RSA_SHA256), of(NULL));
            case ECDSA_P256 -> of(SEQUENCE, of(OBJECT_IDENTIFIER, ECDSA_SHA256));
            case ECDSA_P384 -> of(SEQUENCE, of(OBJECT_IDENTIFIER, ECDSA_SHA384));
        };
    }

    private static byte[] attribute(byte[] type, int form, String value) {
        return of(SET, of(SEQUENCE, of(OBJECT_IDENTIFIER, type), of(form, value.getBytes(StandardCharsets.UTF_8))));
    }

    /** One element of DER (X.690, 8.1 and 10.1): tag, length in the fewest bytes, content. */
    private static byte[] of(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        int length = content.size();
        if (length < LONG_FORM) {
            element.write(length);
        } else if (length <= 0xff) {
            element.write(LONG_FORM | 1);
            element.write(length);
        } else {
            element.write(LONG_FORM | 2);
            element.write(length >> 8);
            element.write(length);
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
