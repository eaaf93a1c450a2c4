// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConsoleExcerptTest {
    private static List<String> of(String output) {
        return ConsoleExcerpt.of(output).lines();
    }

    private static String numbered(String text, int count) {
        return IntStream.range(0, count).mapToObj(i -> text + i + "\r\n").collect(Collectors.joining());
    }

    @Test
    void tellsTheLastStepsOfTheStartupScriptAndWhatCameBefore() {
        assertThat(of(numbered("[ 1.0] kernel ", 50) + numbered("private-llm: step s", 8) + "login:\n"))
                .startsWith("[ 1.0] kernel 48", "[ 1.0] kernel 49", "private-llm: step s0")
                .endsWith("private-llm: step s7");
    }

    @Test
    @DisplayName("a GPU's module that Secure Boot refuses is named, however long ago the kernel said so")
    void namesAModuleThatSecureBootRefuses() {
        String refusal = "[ 4.2] Loading of unsigned module is rejected";

        assertThat(of(refusal + "\n" + numbered("noise ", 200) + numbered("private-llm: step s", 3)))
                .startsWith(refusal)
                .hasSize(8);
    }

    @Test
    void tellsTheEndOfABootThatNeverReachedTheStartupScript() {
        assertThat(of(numbered("grub ", 100) + "Kernel panic - not syncing\n"))
                .hasSize(12)
                .endsWith("Kernel panic - not syncing");
        assertThat(of("")).isEmpty();
    }

    @Test
    void isBoundedAndHasNoControlCharacters() {
        List<String> lines =
                of(numbered("private-llm: \u001b[31mred\u001b[0m\u0007\u0000 \u202e" + "word ".repeat(900), 300));

        assertThat(lines).hasSizeLessThanOrEqualTo(12).allMatch(line -> line.length() <= 161);
        assertThat(lines).allMatch(line -> line.startsWith("private-llm: red word"));
    }

    @Test
    @DisplayName("S6 what looks like a key, a token or a bearer is left out of what a console tells")
    void leavesOutWhatLooksLikeASecret() {
        String token = "0123456789abcdef".repeat(4);
        String key = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        String bearer = "ya29.c.b0Aaekm1K-canary_canary_canary_canary";

        String told = String.join(
                "\n",
                of("private-llm: token " + token + "\n" + key + "\nprivate-llm: Authorization: Bearer " + bearer));

        assertThat(told).contains("private-llm: token (left out)").doesNotContain(token, key, bearer, "canary");
    }
}
