// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.auth.oauth2.ServiceAccountCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class BearerTest {

    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

    private static GoogleCloud cloud;
    private static Lab lab;
    private static ServiceAccountCredentials key;

    @BeforeAll
    static void startCloud() throws IOException {
        cloud = GoogleCloud.start(GoogleCloudOptions.defaults());
        lab = new Lab(cloud);
        try (InputStream in = Files.newInputStream(cloud.credentialsFile())) {
            key = ServiceAccountCredentials.fromStream(in);
        }
    }

    @AfterAll
    static void closeCloud() throws IOException {
        cloud.close();
    }

    @Test
    void acceptsWhatTheLibrarySignsItself() throws IOException {
        Map<String, List<String>> headers = key.createWithUseJwtAccessWithScope(true)
                .createScoped(SCOPE)
                .getRequestMetadata(URI.create("https://compute.googleapis.com/"));
        String bearer = headers.get("Authorization").getFirst().substring("Bearer ".length());
        assertThat(status(bearer)).isEqualTo(200);
    }

    @Test
    void acceptsWhatTheLibraryExchanges() throws IOException {
        assertThat(status(key.createScoped(SCOPE).refreshAccessToken().getTokenValue()))
                .isEqualTo(200);
    }

    @Test
    void acceptsAnHourSignedByItsKeyAndNothingElse() throws GeneralSecurityException {
        String account = key.getClientEmail();
        String id = key.getPrivateKeyId();
        PrivateKey ours = key.getPrivateKey();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        PrivateKey foreign = generator.generateKeyPair().getPrivate();

        assertThat(status(jwt("RS256", id, account, account, SCOPE, 0, 3600, ours)))
                .isEqualTo(200);
        assertThat(status(jwt("RS256", id, account, account, SCOPE, 0, 3600, foreign)))
                .isEqualTo(401);
        assertThat(status(jwt("RS256", "other", account, account, SCOPE, 0, 3600, ours)))
                .isEqualTo(401);
        assertThat(status(jwt("none", id, account, account, SCOPE, 0, 3600, ours)))
                .isEqualTo(401);
        assertThat(status(jwt("RS256", id, "eve@x", "eve@x", SCOPE, 0, 3600, ours)))
                .isEqualTo(401);
        assertThat(status(jwt("RS256", id, account, "eve@x", SCOPE, 0, 3600, ours)))
                .isEqualTo(401);
        assertThat(status(jwt("RS256", id, account, account, "", 0, 3600, ours)))
                .isEqualTo(401);
        assertThat(status(jwt("RS256", id, account, account, SCOPE, -7200, -3600, ours)))
                .isEqualTo(401);
        assertThat(status(jwt("RS256", id, account, account, SCOPE, 0, 7200, ours)))
                .isEqualTo(401);
        assertThat(status("ya29.lab.invented")).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/compute/v1/projects/p/zones",
                "/compute/v1/projects/p/global/networks",
                "/v1/projects/p/secrets",
                "/v1/projects/p/serviceAccounts",
                "/v1/projects/p/locations/global/keyRings",
                "/v1/projects/p/locations/global/keyRings/r:getIamPolicy"
            })
    void demandsABearer(String path) {
        var response = lab.send(lab.request(path).GET());
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).contains("UNAUTHENTICATED");
    }

    @Test
    void tellsACallerItsOwnAddress() {
        assertThat(lab.send(lab.request("/egress/a").GET()).body()).isEqualTo("127.0.0.1");
        assertThat(lab.send(lab.request("/egress/b").GET()).body()).isEqualTo("127.0.0.1");
    }

    private static int status(String bearer) {
        return lab.call("GET", "/compute/v1/projects/rehearsal-1/zones", bearer, "")
                .statusCode();
    }

    private static String jwt(
            String algorithm,
            String keyId,
            String issuer,
            String subject,
            String scope,
            long from,
            long to,
            PrivateKey with)
            throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        String content = part(Map.of("alg", algorithm, "kid", keyId, "typ", "JWT"))
                + "."
                + part(Map.of("iss", issuer, "sub", subject, "scope", scope, "iat", now + from, "exp", now + to));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(with);
        signature.update(content.getBytes(StandardCharsets.US_ASCII));
        return content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    private static String part(Map<String, ?> claims) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(JsonMapper.shared().writeValueAsBytes(claims));
    }
}
