// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

/**
 * A request line or status line taken apart (RFC 9112 sections 3 and 4).
 *
 * @param first method, or empty
 * @param second target, or empty
 * @param third reason phrase, or empty
 * @param status status code, or 0
 */
record StartLine(String first, String second, String third, int status, int minorVersion) {
    private static final String VERSION = "HTTP/1.";
    private static final int VERSION_LENGTH = VERSION.length() + 1;

    static StartLine ofRequest(LineReader line) throws MalformedMessage {
        int methodEnd = 0;
        while (methodEnd < line.length() && Grammar.isTokenCharacter(line.at(methodEnd))) {
            methodEnd++;
        }
        int targetEnd = methodEnd + 1;
        while (targetEnd < line.length() && Grammar.isTargetCharacter(line.at(targetEnd))) {
            targetEnd++;
        }
        boolean separated = methodEnd > 0
                && targetEnd > methodEnd + 1
                && targetEnd < line.length()
                && line.at(methodEnd) == ' '
                && line.at(targetEnd) == ' ';
        if (!separated) {
            throw new MalformedMessage(400, "request line is not method, target, version");
        }
        int minor = minorVersion(line, targetEnd + 1, line.length());
        return new StartLine(line.text(0, methodEnd), line.text(methodEnd + 1, targetEnd), "", 0, minor);
    }

    static StartLine ofResponse(LineReader line) throws MalformedMessage {
        int codeEnd = VERSION_LENGTH + 4;
        if (line.length() < codeEnd
                || line.at(VERSION_LENGTH) != ' '
                || (line.length() > codeEnd && line.at(codeEnd) != ' ')) {
            throw new MalformedMessage(400, "status line is not version, code, reason");
        }
        int minor = minorVersion(line, 0, VERSION_LENGTH);
        int status = 0;
        for (int i = VERSION_LENGTH + 1; i < codeEnd; i++) {
            int digit = line.at(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new MalformedMessage(400, "status code is no number");
            }
            status = status * 10 + digit;
        }
        for (int i = codeEnd; i < line.length(); i++) {
            if (!Grammar.isValueCharacter(line.at(i))) {
                throw new MalformedMessage(400, "control character in the reason phrase");
            }
        }
        if (status < 100) {
            throw new MalformedMessage(400, "status code below 100");
        }
        return new StartLine(
                "", "", line.length() > codeEnd ? line.text(codeEnd + 1, line.length()) : "", status, minor);
    }

    private static int minorVersion(LineReader line, int from, int to) throws MalformedMessage {
        String version = line.text(from, to);
        if (version.length() != VERSION_LENGTH || !version.startsWith("HTTP/") || version.charAt(6) != '.') {
            throw new MalformedMessage(400, "no HTTP version");
        }
        char minor = version.charAt(VERSION_LENGTH - 1);
        if (!version.startsWith(VERSION) || minor < '0' || minor > '9') {
            throw new MalformedMessage(505, "HTTP version other than 1.x");
        }
        return minor == '0' ? 0 : 1;
    }
}
