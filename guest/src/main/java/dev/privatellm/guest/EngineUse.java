// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a call on a path of the engine is for. */
enum EngineUse {
    /** Looks; occupies nothing. */
    READ,
    /** Generates or embeds: a stream. */
    GENERATE,
    /** Changes which models there are: a stream too, and only for those who may manage. */
    MANAGE;

    private static final List<String> MANAGED = List.of(
            "/api/pull", "/api/push", "/api/create", "/api/copy", "/api/delete", "/api/blobs", "/api/experimental");
    private static final Set<String> READ_BY_POST =
            Set.of("/api/show", "/api/me", "/api/signout", "/v1/messages/count_tokens", "/v1/responses/input_tokens");

    /**
     * Tells the use. Judged on the path as the engine will understand it: percent-encoding undone, case and trailing slashes ignored.
     *
     * @param path as received, without query
     * @return empty if this is no path of the engine, or one that could be understood in two ways
     */
    static Optional<EngineUse> of(String method, String path) {
        Optional<String> decoded = decode(path);
        if (decoded.isEmpty()) {
            return Optional.empty();
        }
        String plain = decoded.get().toLowerCase(Locale.ROOT);
        if (plain.contains("//") || plain.contains("/.") || plain.contains("\\")) {
            return Optional.empty();
        }
        boolean reads = method.equals("GET") || method.equals("HEAD");
        if (plain.equals("/")) {
            return reads ? Optional.of(READ) : Optional.empty();
        }
        if (!plain.startsWith("/api/") && !plain.startsWith("/v1/")) {
            return Optional.empty();
        }
        for (String managed : MANAGED) {
            if (plain.equals(managed) || plain.startsWith(managed + "/")) {
                return Optional.of(MANAGE);
            }
        }
        return Optional.of(reads || READ_BY_POST.contains(plain) ? READ : GENERATE);
    }

    /** Undoes percent-encoding once; empty if it is broken or hides a control character. */
    private static Optional<String> decode(String path) {
        StringBuilder decoded = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            int c = path.charAt(i);
            if (c == '%') {
                int high = i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
                int low = i + 2 < path.length() ? Character.digit(path.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                c = high * 16 + low;
                i += 2;
            }
            if (c < ' ' || c == 0x7f) {
                return Optional.empty();
            }
            decoded.append((char) c);
        }
        return Optional.of(decoded.toString());
    }
}
