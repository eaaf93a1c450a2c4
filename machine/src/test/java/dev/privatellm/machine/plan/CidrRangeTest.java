// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrRangeTest {
    @ParameterizedTest
    @CsvSource({
        "10.10.0.0/24, '', 10.10.0.0/24",
        "10.10.0.0/24, 10.10.0.0/24, 10.10.1.0/24",
        "10.10.0.0/24, 10.10.1.0/24, 10.10.0.0/24",
        "10.10.0.0/24, 10.10.0.0/24 10.10.2.0/24, 10.10.1.0/24",
        "10.10.0.0/24, 10.10.0.0/22, 10.10.4.0/24",
        "10.10.255.0/24, 10.10.255.128/25, 10.11.0.0/24",
        "172.16.0.0/20, 172.16.15.0/24, 172.16.16.0/20"
    })
    void findsTheFirstRangeThatIsFree(String wanted, String taken, String free) {
        var others = Arrays.stream(taken.split(" ", -1))
                .filter(text -> !text.isEmpty())
                .map(CidrRange::parse)
                .toList();

        assertThat(CidrRange.parse(wanted).free(others)).hasToString(free);
    }

    @Test
    void isReadAsItIsWritten() {
        assertThat(CidrRange.parse("192.168.200.0/21")).hasToString("192.168.200.0/21");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0", "10.0.0.0/x", "10.0.0.1/24", "10.0.0.0/30", "10.0.0.0/7", "10.256.0.0/16"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> CidrRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10.10.0.0/24");
    }
}
