// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.metering;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChunkCalibrationTest {
    private final ChunkCalibration calibration = new ChunkCalibration();

    @Test
    void takesADeltaForATokenUntilItKnowsBetter() {
        assertThat(calibration.estimate("m", 42)).isEqualTo(42);
    }

    @Test
    void learnsEachModelFromExactAnswers() {
        calibration.learn("m", 100, 250);
        calibration.learn("m", 100, 350);
        calibration.learn("other", 10, 10);
        assertThat(calibration.estimate("m", 10)).isEqualTo(30);
        assertThat(calibration.estimate("other", 10)).isEqualTo(10);
    }

    @Test
    void followsAModelThatChangesItsHabit() {
        for (int i = 0; i < 100; i++) {
            calibration.learn("m", 1_000, 1_000);
        }
        for (int i = 0; i < 100; i++) {
            calibration.learn("m", 1_000, 4_000);
        }
        assertThat(calibration.estimate("m", 100)).isBetween(390L, 400L);
    }

    @Test
    void learnsNothingFromAnAnswerWithoutDeltas() {
        calibration.learn("m", 0, 500);
        assertThat(calibration.estimate("m", 3)).isEqualTo(3);
    }

    @Test
    void forgetsTheModelUsedLongestAgo() {
        for (int i = 0; i <= ChunkCalibration.MAX_MODELS; i++) {
            calibration.learn("m" + i, 1, 2);
        }
        assertThat(calibration.estimate("m0", 10)).isEqualTo(10);
        assertThat(calibration.estimate("m1", 10)).isEqualTo(20);
    }
}
