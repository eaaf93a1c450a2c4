// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.record;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the machines cost: one line per run, from the accepted insert or start until TERMINATED or gone. Thread-safe. */
public final class Bill {

    private final Clock clock;
    private final List<Run> runs = new ArrayList<>();

    public Bill(Clock clock) {
        this.clock = clock;
    }

    /** A run that is being counted. */
    public final class Run {
        private final String zone;
        private final String name;
        private final String instanceId;
        private final String machineType;
        private final String provisioningModel;
        private final double pricePerHour;
        private final Instant from;
        private @Nullable Instant to;

        private Run(
                String zone,
                String name,
                String instanceId,
                String machineType,
                String provisioningModel,
                double pricePerHour,
                Instant from) {
            this.zone = zone;
            this.name = name;
            this.instanceId = instanceId;
            this.machineType = machineType;
            this.provisioningModel = provisioningModel;
            this.pricePerHour = pricePerHour;
            this.from = from;
        }

        /** Ends it now; a second end changes nothing. */
        public void end() {
            synchronized (Bill.this) {
                if (to == null) {
                    to = clock.instant();
                }
            }
        }

        private Line line(Instant now) {
            Instant end = to == null ? now : to;
            double seconds = Duration.between(from, end).toMillis() / 1000.0;
            return new Line(
                    zone,
                    name,
                    instanceId,
                    machineType,
                    provisioningModel,
                    from,
                    to,
                    seconds,
                    pricePerHour,
                    seconds * pricePerHour / 3600);
        }
    }

    /**
     * One run.
     *
     * @param to null while it lasts
     * @param pricePerHour USD
     * @param cost USD so far
     */
    public record Line(
            String zone,
            String name,
            String instanceId,
            String machineType,
            String provisioningModel,
            Instant from,
            @Nullable Instant to,
            double seconds,
            double pricePerHour,
            double cost) {}

    /**
     * The whole bill.
     *
     * @param created machines ever made
     * @param starts runs, first ones included
     * @param billableNow runs that last
     */
    public record Statement(List<Line> lines, int created, int starts, int billableNow, double seconds, double cost) {}

    /** Begins to count a run. */
    public synchronized Run begin(
            String zone,
            String name,
            String instanceId,
            String machineType,
            String provisioningModel,
            double pricePerHour) {
        Run run = new Run(zone, name, instanceId, machineType, provisioningModel, pricePerHour, clock.instant());
        runs.add(run);
        return run;
    }

    /** As of now. */
    public synchronized Statement statement() {
        Instant now = clock.instant();
        List<Line> lines = runs.stream().map(run -> run.line(now)).toList();
        return new Statement(
                lines,
                (int) lines.stream().map(Line::instanceId).distinct().count(),
                lines.size(),
                (int) lines.stream().filter(line -> line.to() == null).count(),
                lines.stream().mapToDouble(Line::seconds).sum(),
                lines.stream().mapToDouble(Line::cost).sum());
    }
}
