// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.ReasonTable;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gateway's reasons are rows of the one table of reasons, no more, no fewer and no different. */
class ReasonTest {
    @ParameterizedTest
    @EnumSource(Reason.class)
    void saysWhatTheTableSays(Reason reason) {
        ReasonTable.Row row = ReasonTable.of(inTable(reason));
        assertThat(row.http()).contains(reason.status());
        assertThat(row.openAiType()).contains(reason.openAiType());
        assertThat(row.openAiCode()).isEqualTo(reason.openAiCode());
        assertThat(row.anthropicType()).contains(reason.anthropicType());
        assertThat(row.retry()).isEqualTo(reason.shouldRetry().orElse(false));
    }

    @Test
    void everyReasonThatACallerSeesIsHere() {
        List<String> seenByCallers = Arrays.stream(dev.privatellm.api.v1alpha1.Reason.values())
                .filter(reason -> ReasonTable.of(reason).http().isPresent())
                .map(dev.privatellm.api.v1alpha1.Reason::word)
                .toList();
        assertThat(Arrays.stream(Reason.values()).map(Reason::word)).containsExactlyInAnyOrderElementsOf(seenByCallers);
    }

    private static dev.privatellm.api.v1alpha1.Reason inTable(Reason reason) {
        return Arrays.stream(dev.privatellm.api.v1alpha1.Reason.values())
                .filter(row -> row.word().equals(reason.word()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(reason.word() + " has no row in reasons.yaml"));
    }
}
