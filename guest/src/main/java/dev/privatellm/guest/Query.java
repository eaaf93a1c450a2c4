// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

/** Numbers in a request's query. */
final class Query {
    private Query() {}

    /** The number under this name, not above {@code most}; {@code otherwise} if it is absent, negative or no number. */
    static long number(String target, String name, long otherwise, long most) {
        int query = target.indexOf('?');
        String text = query < 0 ? "" : target.substring(query + 1);
        for (String pair : text.split("&", -1)) {
            String digits = pair.startsWith(name + "=") ? pair.substring(name.length() + 1) : "";
            if (!digits.isEmpty() && digits.length() <= 18 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Math.min(most, Long.parseLong(digits));
            }
        }
        return otherwise;
    }
}
