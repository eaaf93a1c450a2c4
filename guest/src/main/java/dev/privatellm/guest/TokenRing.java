// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The bearer tokens that are admitted: of each kind the current one and, during a change, the next. Compared in constant time, all of them whatever the first comparison says.
 */
final class TokenRing {
    private static final Pattern TOKEN = Pattern.compile("[0-9a-f]{64}");

    /** What a token entitles to. */
    enum Kind {
        INFER,
        MANAGE
    }

    private record Entry(Kind kind, String token) {
        boolean is(byte[] offered) {
            return MessageDigest.isEqual(token.getBytes(StandardCharsets.US_ASCII), offered);
        }

        @Override
        public String toString() {
            return kind + " token";
        }
    }

    private final List<Entry> entries;

    private TokenRing(List<Entry> entries) {
        this.entries = entries;
    }

    /** @throws InvalidDocument if a current token is missing or any is not 64 hexadecimal digits */
    static TokenRing of(JsonObject tokens) throws InvalidDocument {
        JsonObject infer = tokens.requiredObject("infer");
        JsonObject manage = tokens.requiredObject("manage");
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry(Kind.INFER, checked("infer.current", infer.requiredText("current"))));
        entries.add(new Entry(Kind.MANAGE, checked("manage.current", manage.requiredText("current"))));
        add(entries, Kind.INFER, "infer.next", infer.text("next"));
        add(entries, Kind.MANAGE, "manage.next", manage.text("next"));
        return new TokenRing(List.copyOf(entries));
    }

    private static void add(List<Entry> entries, Kind kind, String name, Optional<String> token)
            throws InvalidDocument {
        if (token.isPresent()) {
            entries.add(new Entry(kind, checked(name, token.get())));
        }
    }

    private static String checked(String name, String token) throws InvalidDocument {
        if (!TOKEN.matcher(token).matches()) {
            throw new InvalidDocument("bundle.tokens." + name + " (expected: 64 lower-case hexadecimal digits)");
        }
        return token;
    }

    /** Whether any token is admitted by both. */
    boolean overlaps(TokenRing other) {
        return entries.stream().anyMatch(other.entries::contains);
    }

    /** The kind of token that an {@code Authorization} field carries; empty for none of ours. */
    Optional<Kind> admits(Optional<String> authorization) {
        String field = authorization.orElse("");
        boolean bearer = field.regionMatches(true, 0, "Bearer ", 0, 7);
        byte[] offered = (bearer ? field.substring(7).strip() : "").getBytes(StandardCharsets.ISO_8859_1);
        Optional<Kind> admitted = Optional.empty();
        for (Entry entry : entries) {
            if (entry.is(offered)) {
                admitted = Optional.of(entry.kind());
            }
        }
        return admitted;
    }

    @Override
    public String toString() {
        return "TokenRing of " + entries.size();
    }
}
