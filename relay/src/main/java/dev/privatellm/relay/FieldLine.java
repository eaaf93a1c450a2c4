// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

/** Reads one field line (RFC 9112 section 5), of a head or of trailers. */
final class FieldLine {
    private FieldLine() {}

    static Headers.Field parse(LineReader line) throws MalformedMessage {
        if (Grammar.isBlank(line.at(0))) {
            throw new MalformedMessage(400, "folded field line");
        }
        int colon = 0;
        while (colon < line.length() && line.at(colon) != ':') {
            if (!Grammar.isTokenCharacter(line.at(colon))) {
                throw new MalformedMessage(400, "field name is no token, or white space before its colon");
            }
            colon++;
        }
        if (colon == 0 || colon == line.length()) {
            throw new MalformedMessage(400, "field line without name or colon");
        }
        int from = colon + 1;
        int to = line.length();
        while (from < to && Grammar.isBlank(line.at(from))) {
            from++;
        }
        while (to > from && Grammar.isBlank(line.at(to - 1))) {
            to--;
        }
        for (int i = from; i < to; i++) {
            if (!Grammar.isValueCharacter(line.at(i))) {
                throw new MalformedMessage(400, "control character in a field value");
            }
        }
        return new Headers.Field(line.text(0, colon), line.text(from, to));
    }
}
