// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SampleTest {

    @Test
    void interpolatesBetweenTheTwoMiddleValues() {
        var sample = new Sample(List.of(4.0, 1.0, 3.0, 2.0));

        assertThat(sample.median()).isEqualTo(2.5, within(1e-9));
        assertThat(sample.min()).isEqualTo(1.0);
        assertThat(sample.max()).isEqualTo(4.0);
    }

    @Test
    void refusesToDescribeNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sample(List.of()))
                .withMessageContaining("at least one run");
    }
}
