// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The crash matrix can fail: with each of these mistakes in it, an oracle says so, and the one that should. */
@Execution(ExecutionMode.CONCURRENT)
final class SeededBugsTest {

    /** What an oracle says first, when the undisturbed run and then every plan are run with the mistake in them. */
    private static Optional<Violation> firstViolation(SeededBug bug) {
        Ending asShipped = Trial.undisturbed(bug.workload(), Strike.never(), World.Seams.AS_SHIPPED);
        Strike counting = Strike.never();
        return said(bug, counting, asShipped)
                .or(() -> CrashMatrixTest.plans(bug.workload(), counting).stream()
                        .filter(bug::showsIn)
                        .flatMap(plan -> said(bug, new Strike(plan.fate(), plan.at()), asShipped).stream())
                        .findFirst());
    }

    private static Optional<Violation> said(SeededBug bug, Strike strike, Ending asShipped) {
        try {
            Trial.compared(bug.workload(), strike, bug.seams(), asShipped);
            return Optional.empty();
        } catch (Violation violation) {
            return Optional.of(violation);
        }
    }

    @TestFactory
    @DisplayName("C10 every seeded mistake is caught by its oracle")
    Stream<DynamicTest> areCaught() {
        return Arrays.stream(SeededBug.values())
                .map(bug -> DynamicTest.dynamicTest("%s, by %s".formatted(bug, bug.oracle()), () -> {
                    Optional<Violation> violation = firstViolation(bug);

                    assertThat(violation).isPresent();
                    assertThat(violation.get().oracle())
                            .as(violation.get().getMessage())
                            .isEqualTo(bug.oracle());
                }));
    }

    @Test
    @DisplayName("C10 every oracle has a mistake that only it need catch")
    void everyOracleIsTried() {
        assertThat(Arrays.stream(SeededBug.values()).map(SeededBug::oracle)).contains(Violation.Oracle.values());
        assertThat(SeededBug.values()).hasSizeGreaterThanOrEqualTo(12);
    }

    @Test
    @DisplayName(
            "C10 dying before and after an effect, losing its answer and losing it altogether are each needed to catch a mistake")
    void everyFateIsTried() {
        assertThat(Arrays.stream(SeededBug.values()).flatMap(bug -> bug.fate().stream()))
                .contains(Fate.DIES_BEFORE, Fate.DIES_AFTER, Fate.ANSWER_LOST, Fate.REQUEST_LOST, Fate.OVERTAKEN);
    }
}
