// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Strikes every single effect of every {@link Workload} with every {@link Fate}, and every write of what is kept with a death. Under the {@link Oracles} each run
 * must end as an undisturbed one.
 */
@DisplayName("C10 P8 R2 S3 crash matrix")
@Execution(ExecutionMode.CONCURRENT)
final class CrashMatrixTest {
    private static final int LEAST_PLANS = 500;
    private static final long BEGAN = System.nanoTime();
    private static final Map<Workload, AtomicInteger> RUN = new ConcurrentHashMap<>();

    /** One run that is struck. */
    record Planned(Workload workload, Fate fate, int at, String what) {
        @Override
        public String toString() {
            return "%s: %s %d %s".formatted(workload, fate, at, what);
        }
    }

    /** Every plan of a workload, by construction: what an undisturbed run passes, is struck. */
    static List<Planned> plans(Workload workload, Strike counted) {
        List<Planned> plans = new ArrayList<>();
        List<String> effects = counted.effects();
        for (int effect = 0; effect < effects.size(); effect++) {
            for (Fate fate : Fate.values()) {
                if (fate.isOfEffects()
                        && !workload.piece().spares().equals(Optional.of(fate))
                        && (counted.wasAnswered(effect) || !fate.strikesAfter())) {
                    plans.add(new Planned(workload, fate, effect, effects.get(effect)));
                }
            }
        }
        for (int write = 0; write < counted.writes(); write++) {
            plans.add(new Planned(workload, Fate.DIES_AT_WRITE, write, ""));
        }
        return plans;
    }

    private static Stream<DynamicTest> matrix(Workload workload) {
        Strike counting = Strike.never();
        Ending undisturbed = Trial.undisturbed(workload, counting, World.Seams.AS_SHIPPED);
        return plans(workload, counting).stream()
                .map(plan -> DynamicTest.dynamicTest(plan.toString(), () -> {
                    Strike strike = new Strike(plan.fate(), plan.at());

                    World world = Trial.compared(workload, strike, World.Seams.AS_SHIPPED, undisturbed);

                    assertThat(strike.hasStruck()).isTrue();
                    assertThat(world.newProcesses > 0).isEqualTo(plan.fate().restarts());
                    RUN.computeIfAbsent(workload, _ -> new AtomicInteger()).incrementAndGet();
                }));
    }

    @TestFactory
    @DisplayName(
            "C10 C13 C17 P8 R2 S3 whatever becomes of any effect, a run ends as if nothing had happened: one machine, no orphan, no open door, no request lost")
    Stream<DynamicTest> endsAsUndisturbed() {
        return Stream.of(Workload.values()).flatMap(CrashMatrixTest::matrix);
    }

    @Test
    @DisplayName("C10 the plans are so many that every kind of effect is in several of them")
    void strikesEveryKindOfEffect() {
        Map<String, Integer> strikes = new TreeMap<>();
        Map<Workload, Integer> plans = new EnumMap<>(Workload.class);
        for (Workload workload : Workload.values()) {
            Strike counting = Strike.never();
            Trial.undisturbed(workload, counting, World.Seams.AS_SHIPPED);
            counting.effects().forEach(effect -> strikes.merge(effect, 1, Integer::sum));
            plans.put(workload, plans(workload, counting).size());
        }

        assertThat(strikes.keySet())
                .containsExactlyInAnyOrder(
                        "enable",
                        "insertNetwork",
                        "insertSubnet",
                        "ensureKey",
                        "admitSecrets",
                        "createAccount",
                        "createBucket",
                        "upload",
                        "admitToBucket",
                        "admit",
                        "ensure",
                        "addVersion",
                        "destroy",
                        "claim",
                        "destroyKeyVersion",
                        "insert",
                        "setMetadata",
                        "setMachineType",
                        "resizeDisk",
                        "setScheduling",
                        "setLabels",
                        "start",
                        "stop",
                        "delete",
                        "insertRule",
                        "replaceRule",
                        "deleteRule",
                        "drain",
                        "undrain",
                        "loadBundle",
                        "deleteSecret",
                        "expelFromBucket",
                        "deleteBucket",
                        "deleteAccount",
                        "deleteSubnet",
                        "deleteNetwork");
        assertThat(plans.values()).allMatch(count -> count >= 10);
        assertThat(plans.values().stream().mapToInt(Integer::intValue).sum()).isGreaterThan(LEAST_PLANS);
    }

    @AfterAll
    @SuppressWarnings("SystemOut")
    static void sayHowMany() {
        System.out.printf(
                "crash matrix: %d plans over %d workloads held in %d s%n",
                RUN.values().stream().mapToInt(AtomicInteger::get).sum(),
                RUN.size(),
                (System.nanoTime() - BEGAN) / 1_000_000_000);
    }
}
