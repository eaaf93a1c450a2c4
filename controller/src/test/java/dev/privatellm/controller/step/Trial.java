// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.pki.KeyAlgorithm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** One run of a workload, with a blow or without, under all oracles. */
final class Trial {
    /** Many times as many as the longest piece takes. */
    private static final int MAX_STEPS = 6_000;

    private final Workload workload;
    private final Strike strike;
    private final World.Seams seams;
    private final World world;
    private final Oracles oracles;
    private Map<String, String> served = Map.of();

    /**
     * What can be said of a run beforehand.
     *
     * @param isOfOneLength whether it makes as much as an undisturbed one: its end and its bill can be compared
     * @param versionsAtOnce how many versions a secret may have at any moment
     */
    record Kind(boolean isOfOneLength, int versionsAtOnce) {}

    private Trial(Workload workload, Strike strike, World.Seams seams) {
        this.workload = workload;
        this.strike = strike;
        this.seams = seams;
        this.oracles = new Oracles(seams.keys());
        UnaryOperator<Ports> wiring = ports -> seams.wiring().apply(oracles.observing(ports));
        this.world = new World(new World.Seams(wiring, seams.planner(), seams.keys()));
    }

    /** Runs to the end, which is not compared with anything. */
    static Ending undisturbed(Workload workload, Strike strike, World.Seams seams) {
        Trial trial = new Trial(workload, strike, seams);
        trial.play();
        return trial.ending();
    }

    /**
     * Runs to the end and compares it.
     *
     * @throws Violation if any oracle has something to say
     */
    static World compared(Workload workload, Strike strike, World.Seams seams, Ending undisturbed) {
        Trial trial = new Trial(workload, strike, seams);
        List<String> bystanders = trial.play();
        // Secret Manager knows no request ids: what a process uploads that was overtaken, is a version too many until
        // the next sweep.
        int versionsAtOnce = strike.fate() == Fate.OVERTAKEN ? 3 : 2;
        trial.oracles.atTheEnd(
                trial.ending(),
                undisturbed,
                bystanders,
                new Kind(workload.piece().isOfOneLength(), versionsAtOnce));
        return trial.world;
    }

    private Ending ending() {
        return Ending.of(world, served);
    }

    /** Tells what belonged to somebody else before. */
    private List<String> play() {
        try {
            oracles.watch(world);
            world.maxSteps = MAX_STEPS;
            KeyAlgorithm algorithm = seams.keys().pairs().algorithm();
            world.document = algorithm == KeyAlgorithm.ECDSA_P256
                    ? workload.piece().document().get()
                    : Scenes.usual("", "", algorithm.name(), "zonePatienceSeconds: 120");
            Bystanders.plant(world);
            workload.piece().before().accept(world);
            List<String> bystanders = Bystanders.of(world);
            strike.arm(world);
            workload.piece().play().accept(world, strike);
            strike.disarm();
            served = Ending.served(world);
            world.sleep();
            world.passes(Duration.ofSeconds(30));
            oracles.staysAsItIs(strike);
            return bystanders;
        } catch (Violation violation) {
            throw violation;
        } catch (AssertionError | RuntimeException endless) {
            throw new Violation(Violation.Oracle.CONVERGENCE, endless);
        }
    }
}
