// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three runs of the crash matrix with the keys that the product has by default; the mass runs have some that are quick to make. */
final class RsaMatrixTest {
    private static final World.Seams RSA =
            new World.Seams(World.Seams.AS_SHIPPED.wiring(), World.Seams.AS_SHIPPED.planner(), KeyRing.rsa());

    @ParameterizedTest
    @CsvSource({"FIRST_BOOT, ANSWER_LOST, 12", "WAKE, DIES_AFTER, 5", "ROTATION_BY_HAND, REQUEST_LOST, 1"})
    @DisplayName("C10 a run that is struck ends as an undisturbed one with RSA-4096 keys too")
    void endsAsUndisturbed(Workload workload, Fate fate, int at) {
        Ending undisturbed = Trial.undisturbed(workload, Strike.never(), RSA);
        Strike strike = new Strike(fate, at);

        World world = Trial.compared(workload, strike, RSA, undisturbed);

        assertThat(strike.hasStruck()).isTrue();
        assertThat(world.epochs.saved())
                .allMatch(
                        epoch -> epoch.authority().getPublicKey().getAlgorithm().equals("RSA"));
    }
}
