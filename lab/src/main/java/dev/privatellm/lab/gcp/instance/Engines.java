// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import dev.privatellm.lab.engine.EngineDouble;
import dev.privatellm.lab.engine.EngineOptions;
import dev.privatellm.lab.engine.EngineRow;
import dev.privatellm.lab.engine.EngineTap;
import dev.privatellm.lab.engine.ModelStore;
import dev.privatellm.lab.engine.RunningEngine;
import dev.privatellm.lab.gcp.MachineEngine;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The engines of all machines, and all that they ever counted. Thread-safe. */
public final class Engines {

    private final MachineEngine kind;
    private final Duration pull;
    private final Duration load;
    private final Clock clock;
    /** Of every boot there was: one that is closed still has its rows, those that its closing ended among them. */
    private final List<RunningEngine> all = new ArrayList<>();

    /**
     * @param pull how long a double takes for a model that is not on its disk
     * @param load how long it takes to load one
     */
    public Engines(MachineEngine kind, Duration pull, Duration load, Clock clock) {
        this.kind = kind;
        this.pull = pull;
        this.load = load;
        this.clock = clock;
    }

    /** Starts the engine of a machine on its disk. */
    synchronized RunningEngine start(ModelStore disk) {
        RunningEngine engine = switch (kind) {
            case MachineEngine.Simulated _ ->
                EngineDouble.start(EngineOptions.defaults(disk)
                        .withPullDuration(pull)
                        .withLoadDuration(load)
                        .withClock(clock));
            case MachineEngine.Real real -> EngineTap.start(real.url(), clock);
        };
        all.add(engine);
        return engine;
    }

    /** One row per finished request of any machine, in order of their ends. */
    public synchronized List<EngineRow> truth() {
        List<EngineRow> rows = new ArrayList<>();
        all.forEach(engine -> rows.addAll(engine.truth()));
        rows.sort(Comparator.comparing(EngineRow::endedAt));
        return rows;
    }
}
