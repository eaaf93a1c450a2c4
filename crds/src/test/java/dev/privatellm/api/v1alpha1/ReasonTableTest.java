// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonTableTest {
    private static final Path PAGES = Path.of("..", "docs", "errors");

    @ParameterizedTest
    @EnumSource(Reason.class)
    void everyReasonHasARowAndAPage(Reason reason) throws Exception {
        assertThat(ReasonTable.of(reason).exitCode()).isBetween(1, 8);
        assertThat(Files.readString(PAGES.resolve(reason.word() + ".md"))).startsWith("# " + reason.word());
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    @DisplayName("every reason says what to do now, in one step that a reader can take, and where more is said")
    void everyReasonHasANextStep(Reason reason) {
        assertThat(ReasonTable.of(reason).next()).hasSizeBetween(10, 140).doesNotEndWith(".");
        assertThat(reason.next()).startsWith("next: ").endsWith("; see " + reason.page());
    }

    @Test
    void everyPageBelongsToAReason() throws Exception {
        try (var pages = Files.list(PAGES)) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(Reason.values())
                            .map(reason -> reason.word() + ".md")
                            .toList());
        }
    }

    @Test
    @DisplayName("C2 whatever a caller may repeat is answered with a status that clients repeat")
    void retryableAnswersHaveRetryableStatus() {
        for (var reason : Reason.values()) {
            var row = ReasonTable.of(reason);
            if (row.http().isPresent()) {
                var isBusy = row.http().get() == 503 && row.anthropicType().equals(Optional.of("overloaded_error"));
                // OpenAI's own word for a 429 that no repetition cures.
                var isUsedUp = row.openAiType().equals(Optional.of("insufficient_quota"));
                assertThat(row.retry())
                        .as(reason.word())
                        .isEqualTo(isBusy || (row.http().get() == 429 && !isUsedUp));
            }
        }
    }
}
