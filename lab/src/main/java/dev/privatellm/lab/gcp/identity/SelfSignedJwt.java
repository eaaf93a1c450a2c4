// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.identity;

import dev.privatellm.lab.gcp.rest.ApiError;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The check of a JWT signed with RS256 by a service account's own key (RFC 7515, 7519; Google's "service account authorization without OAuth"): algorithm,
 * key id, signature, account, at most one hour of life, and what it is for.
 */
final class SelfSignedJwt {

    private static final Duration MAX_LIFE = Duration.ofHours(1);
    /** Audience that Google's auth library writes whatever {@code token_uri} its key file names (google-auth-library-java). */
    private static final String GOOGLE_TOKEN_URI = "https://oauth2.googleapis.com/token";

    private static final Duration SKEW = Duration.ofMinutes(5);

    private final ServiceAccountKey key;
    private final Clock clock;

    SelfSignedJwt(ServiceAccountKey key, Clock clock) {
        this.key = key;
        this.clock = clock;
    }

    /** @throws ApiError 401 unless it is ours, in time and made for Google's APIs */
    void verifyForCall(String token) {
        JsonNode claims = verify(token);
        if (!key.email().equals(claims.path("sub").asString(""))) {
            throw refused("its subject is not its issuer");
        }
        boolean scoped = claims.path("scope").asString("").contains("https://www.googleapis.com/auth/");
        boolean addressed = claims.path("aud").asString("").matches("https://[a-z-]+\\.googleapis\\.com/.*");
        if (!scoped && !addressed) {
            throw refused("it has neither a scope nor an API as its audience");
        }
    }

    /** @throws ApiError 401 unless it is ours, in time and made for this token address */
    void verifyForExchange(String token, String tokenUri) {
        JsonNode claims = verify(token);
        String audience = claims.path("aud").asString("");
        if (!audience.equals(tokenUri) && !audience.equals(GOOGLE_TOKEN_URI)) {
            throw refused("its audience is neither " + tokenUri + " nor " + GOOGLE_TOKEN_URI);
        }
    }

    private JsonNode verify(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw refused("it is no token of this cloud");
        }
        try {
            JsonNode head = json(parts[0]);
            if (!head.path("alg").asString("").equals("RS256")
                    || !head.path("kid").asString("").equals(key.keyId())) {
                throw refused("its algorithm or key is unknown");
            }
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(key.publicKey());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            if (!signature.verify(Base64.getUrlDecoder().decode(parts[2]))) {
                throw refused("its signature is wrong");
            }
            return checked(json(parts[1]));
        } catch (JacksonException | IllegalArgumentException | GeneralSecurityException _) {
            throw refused("it is malformed");
        }
    }

    private JsonNode checked(JsonNode claims) {
        Instant now = clock.instant();
        Instant issuedAt = Instant.ofEpochSecond(claims.path("iat").asLong(0));
        Instant expiry = Instant.ofEpochSecond(claims.path("exp").asLong(0));
        if (!key.email().equals(claims.path("iss").asString(""))) {
            throw refused("its issuer is another account");
        }
        if (!expiry.isAfter(now)) {
            throw Identity.unauthenticated("ACCESS_TOKEN_EXPIRED", "Request had invalid authentication credentials.");
        }
        if (issuedAt.isAfter(now.plus(SKEW))
                || Duration.between(issuedAt, expiry).compareTo(MAX_LIFE) > 0) {
            throw refused("it is from the future or lives longer than an hour");
        }
        return claims;
    }

    private static JsonNode json(String part) {
        return JsonMapper.shared().readTree(Base64.getUrlDecoder().decode(part));
    }

    private static ApiError refused(String why) {
        return Identity.unauthenticated(
                "ACCESS_TOKEN_TYPE_UNSUPPORTED", "Request had invalid authentication credentials: " + why + ".");
    }
}
