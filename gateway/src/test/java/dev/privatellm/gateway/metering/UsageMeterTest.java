// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.gateway.metering.UsageMeter.Totals;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UsageMeterTest {
    @Test
    @DisplayName("T8 totals never decrease, whatever is recorded")
    void totalsNeverDecrease() {
        UsageMeter meter = new UsageMeter();
        Random random = new Random(7);
        Confidence[] all = Confidence.values();
        Totals[] before = new Totals[all.length];
        for (int n = 0; n < 1_000; n++) {
            for (int i = 0; i < all.length; i++) {
                Totals now = meter.totals(all[i]);
                Totals then = before[i];
                if (then != null) {
                    assertThat(now.requests()).isGreaterThanOrEqualTo(then.requests());
                    assertThat(now.input()).isGreaterThanOrEqualTo(then.input());
                    assertThat(now.output()).isGreaterThanOrEqualTo(then.output());
                }
                before[i] = now;
            }
            Confidence confidence = all[random.nextInt(all.length)];
            meter.record(usage(random.nextInt(3), random.nextInt(100), confidence));
        }
        assertThat(before[0].requests() + before[1].requests() + before[2].requests() + before[3].requests())
                .isEqualTo(999);
    }

    @Test
    @DisplayName("T10 all five counts are kept, apart by confidence")
    void keepsFiveCountsApart() {
        UsageMeter meter = new UsageMeter();
        meter.record(usage(100, 7, Confidence.EXACT));
        meter.record(usage(100, 7, Confidence.EXACT));
        meter.record(usage(1, 1, Confidence.ESTIMATED));
        assertThat(meter.totals(Confidence.EXACT)).isEqualTo(new Totals(2, 200, 4, 6, 14, 10));
        assertThat(meter.totals(Confidence.ESTIMATED)).isEqualTo(new Totals(1, 1, 2, 3, 1, 5));
        assertThat(meter.totals(Confidence.EXACT_PARTIAL)).isEqualTo(new Totals(0, 0, 0, 0, 0, 0));
    }

    @Test
    void countsARequestOfWhichNothingIsKnown() {
        UsageMeter meter = new UsageMeter();
        meter.record(TokenUsage.UNKNOWN);
        assertThat(meter.totals(Confidence.UNKNOWN)).isEqualTo(new Totals(1, 0, 0, 0, 0, 0));
    }

    @Test
    void refusesANegativeCount() {
        assertThatThrownBy(() -> usage(-1, 0, Confidence.EXACT)).hasMessage("input: -1 (expected: >= 0)");
    }

    @Test
    void namesConfidencesAsTheLedgerDoes() {
        assertThat(Confidence.values())
                .extracting(Confidence::word)
                .containsExactly("exact", "exact-partial", "estimated", "unknown");
    }

    private static TokenUsage usage(long input, long output, Confidence confidence) {
        return new TokenUsage(
                OptionalLong.of(input),
                OptionalLong.of(2),
                OptionalLong.of(3),
                OptionalLong.of(output),
                OptionalLong.of(5),
                confidence,
                new Evidence("done", "eval_count"));
    }
}
