// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.exchange.Caller;
import dev.privatellm.gateway.port.ApiKey;
import dev.privatellm.gateway.port.KeySource;
import dev.privatellm.gateway.port.Timepiece;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.Reason;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out who calls. Keys come as {@code Authorization: Bearer} or {@code x-api-key}; one valid value suffices, since SDKs send stray keys of vendors
 * along, and two valid ones that differ are refused. Every known key is compared, in time that does not depend on the content.
 */
public final class Credentials {
    private static final String BEARER = "bearer ";

    private final KeySource keys;
    private final boolean anonymousLoopback;
    private final Timepiece time;

    public Credentials(KeySource keys, boolean anonymousLoopback, Timepiece time) {
        this.keys = keys;
        this.anonymousLoopback = anonymousLoopback;
        this.time = time;
    }

    /** What the credentials prove. */
    public sealed interface Proof {
        /** Somebody known. */
        record Known(Caller caller) implements Proof {}

        /** Nobody. */
        record Refused(Failure failure) implements Proof {}
    }

    /** Judges what a request carries; both lists may be empty. */
    public Proof prove(List<String> authorization, List<String> apiKeys, SocketAddress from) {
        Set<ApiKey> proved = new LinkedHashSet<>();
        for (String presented : presented(authorization, apiKeys)) {
            find(presented).ifPresent(proved::add);
        }
        if (proved.size() > 1) {
            return new Proof.Refused(Failure.of(Reason.UNAUTHENTICATED, "two different keys were sent; send one"));
        }
        if (proved.size() == 1) {
            return new Proof.Known(Caller.of(proved.iterator().next()));
        }
        if (anonymousLoopback && isLoopback(from)) {
            return new Proof.Known(Caller.ANONYMOUS);
        }
        return new Proof.Refused(
                Failure.of(Reason.UNAUTHENTICATED, "no valid key; send it as Authorization: Bearer or x-api-key"));
    }

    /** Whether an address is on this machine. */
    public static boolean isLoopback(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                && !inet.isUnresolved()
                && inet.getAddress().isLoopbackAddress();
    }

    private static List<String> presented(List<String> authorization, List<String> apiKeys) {
        List<String> presented = new ArrayList<>(apiKeys);
        for (String value : authorization) {
            if (value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                presented.add(value.substring(BEARER.length()).trim());
            }
        }
        return presented;
    }

    private Optional<ApiKey> find(String presented) {
        byte[] hash = sha256(presented);
        Optional<ApiKey> found = Optional.empty();
        for (ApiKey key : keys.keys()) {
            boolean same = MessageDigest.isEqual(hash, HexFormat.of().parseHex(key.sha256()));
            boolean valid =
                    key.expiry().filter(expiry -> !time.now().isBefore(expiry)).isEmpty();
            if (same && valid) {
                found = Optional.of(key);
            }
        }
        return found;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK knows SHA-256", impossible);
        }
    }
}
