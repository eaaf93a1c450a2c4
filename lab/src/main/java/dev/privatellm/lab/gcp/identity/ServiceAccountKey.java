// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.identity;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * The key of the one service account that may operate this cloud, in the file form that Google's console hands out.
 *
 * @param email account, {@code iss} and {@code sub} of every token
 * @param keyId {@code kid} of every token
 */
public record ServiceAccountKey(String project, String email, String keyId, KeyPair pair) {

    /** Project of the credentials; requests may name any other. */
    public static final String PROJECT = "private-llm-lab";

    private static final int RSA_BITS = 2048;

    public static ServiceAccountKey generate(RandomGenerator random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            byte[] id = new byte[20];
            random.nextBytes(id);
            return new ServiceAccountKey(
                    PROJECT,
                    "operator@" + PROJECT + ".iam.gserviceaccount.com",
                    HexFormat.of().formatHex(id),
                    generator.generateKeyPair());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("RSA is in every Java runtime", e);
        }
    }

    public PublicKey publicKey() {
        return pair.getPublic();
    }

    /** Writes the credentials file, readable by its owner only where the file system can say that. */
    public void write(Path file, URI base) throws IOException {
        Map<String, String> json = new LinkedHashMap<>();
        json.put("type", "service_account");
        json.put("project_id", project);
        json.put("private_key_id", keyId);
        json.put("private_key", pem(pair.getPrivate().getEncoded()));
        json.put("client_email", email);
        json.put("client_id", "100000000000000000001");
        json.put("auth_uri", base.resolve("/auth").toString());
        json.put("token_uri", base.resolve("/token").toString());
        json.put("universe_domain", "googleapis.com");
        Files.deleteIfExists(file);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, JsonMapper.shared().writeValueAsString(json));
    }

    private static String pem(byte[] der) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END PRIVATE KEY-----\n";
    }

    /** Says whose key it is, never the key. */
    @Override
    public String toString() {
        return "ServiceAccountKey[" + email + "]";
    }
}
