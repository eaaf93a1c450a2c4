// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.identity;

import dev.privatellm.lab.gcp.http.HttpCall;
import dev.privatellm.lab.gcp.http.HttpReply;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Accepts bearers: JWTs that the account's key has signed itself, as Google's libraries make them, and the opaque tokens that were given out here. Whatever
 * cannot be proved is 401.
 */
public final class Identity {

    /** Life of an access token. */
    public static final Duration TOKEN_LIFE = Duration.ofHours(1);

    private static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    private final ServiceAccountKey key;
    private final Clock clock;
    private final RandomGenerator random;
    private final SelfSignedJwt jwt;
    private final Map<String, Issued> issued = new ConcurrentHashMap<>();

    private record Issued(Caller caller, Instant expiry) {}

    public Identity(ServiceAccountKey key, Clock clock, RandomGenerator random) {
        this.key = key;
        this.clock = clock;
        this.random = random;
        this.jwt = new SelfSignedJwt(key, clock);
    }

    /** The one account that may operate everything. */
    public Caller operator() {
        return new Caller.Operator(key.email());
    }

    /** A new opaque token for a caller, valid from now for the given time. */
    public String issue(Caller caller, Duration life) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String token = "ya29.lab." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = clock.instant();
        issued.values().removeIf(old -> old.expiry().isBefore(now));
        issued.put(token, new Issued(caller, now.plus(life)));
        return token;
    }

    /**
     * Whose call this is.
     *
     * @throws ApiError 401 if its bearer is missing, foreign, expired or broken
     */
    public Caller authenticate(HttpCall call) {
        String header = call.header("authorization").orElse("");
        if (!header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw unauthenticated("CREDENTIALS_MISSING", "Request is missing required authentication credential.");
        }
        String token = header.substring(7).trim();
        Issued known = issued.get(token);
        if (known != null) {
            if (!known.expiry().isAfter(clock.instant())) {
                throw unauthenticated("ACCESS_TOKEN_EXPIRED", "Request had invalid authentication credentials.");
            }
            return known.caller();
        }
        jwt.verifyForCall(token);
        return operator();
    }

    /** {@code POST /token}: exchanges a signed assertion for an opaque token (RFC 7523). */
    public HttpReply exchange(HttpCall call) {
        Map<String, List<String>> form = call.form();
        String grant = form.getOrDefault("grant_type", List.of("")).getFirst();
        if (!grant.equals(JWT_BEARER)) {
            return refusal("unsupported_grant_type", "grant_type must be " + JWT_BEARER);
        }
        try {
            jwt.verifyForExchange(form.getOrDefault("assertion", List.of("")).getFirst(), call.origin() + "/token");
        } catch (ApiError e) {
            return refusal("invalid_grant", String.valueOf(e.getMessage()));
        }
        return HttpReply.json(200, token(issue(operator(), TOKEN_LIFE)));
    }

    /** An access token in the form of OAuth and of the metadata server. */
    public static String token(String token) {
        return JsonMapper.shared()
                .writeValueAsString(
                        Map.of("access_token", token, "expires_in", TOKEN_LIFE.toSeconds(), "token_type", "Bearer"));
    }

    private static HttpReply refusal(String error, String description) {
        return HttpReply.json(
                400, JsonMapper.shared().writeValueAsString(Map.of("error", error, "error_description", description)));
    }

    static ApiError unauthenticated(String reason, String message) {
        return ApiError.of(
                401,
                reason,
                message + " Expected OAuth 2 access token, login cookie or other valid authentication credential.");
    }
}
