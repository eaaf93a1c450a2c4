// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {

    @ParameterizedTest
    @CsvSource({"0s, PT0S", "20s, PT20S", "1m30s, PT90S", "2h, PT2H", "0.5s, PT0.5S"})
    void readsWhatPeopleWrite(String text, Duration duration) {
        assertThat(new DurationConverter().convert(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20", "-5s", "soon", "20 s", "PT20S"})
    void saysWhatIsExpected(String text) {
        assertThatExceptionOfType(TypeConversionException.class)
                .isThrownBy(() -> new DurationConverter().convert(text))
                .withMessageContaining("20s, 1m30s, 2h");
    }
}
