// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Block;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.power.MachineState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * All that is remembered of one resource's machine. It survives the process; with it, what the cloud is asked once more makes every crash point safe. Holds
 * names, times and hashes, never a secret.
 *
 * @param power what the machine is doing
 * @param machine which one it is; empty if there is none
 * @param predecessor a stopped machine in an exhausted zone, kept until its successor serves
 * @param rule the firewall rule; empty if none was asked for
 * @param operations intents that are not known to be over, oldest first
 * @param blocks offerings that were refused
 * @param setbacks kinds of effect that failed
 * @param runs runs of machines, oldest first, at most {@value #RUNS_KEPT}
 * @param parts what the machine stands on, as far as it is ours, in the order in which it was made
 * @param wake evidence of the wake under way, else of the last one; empty if there was none
 * @param holdings what is paid for whether a machine runs or not, oldest first, at most {@value #HOLDINGS_KEPT}
 * @param drift what somebody else had changed or removed when that was last found; empty if nothing ever was
 * @param replacementConfirmed which replacement of the machine somebody has confirmed; empty if none
 * @param modelCheck what is known of the models that were last asked for; empty if they were never looked up
 * @param image what disks are filled from; empty if none was looked up yet
 * @param modelDiskGb size of disk that the models need, as it was last found out; empty if it never was
 */
public record PlanState(
        int schema,
        MachineState power,
        Optional<Machine> machine,
        Optional<Machine> predecessor,
        Trust trust,
        Optional<Rule> rule,
        List<Intent> operations,
        List<Block> blocks,
        List<Setback> setbacks,
        Activity activity,
        BootHistory boots,
        List<Run> runs,
        List<PartRecord> parts,
        Optional<Wake> wake,
        List<Holding> holdings,
        Optional<Integer> modelDiskGb,
        Optional<String> replacementConfirmed,
        Optional<Drift> drift,
        Optional<ModelCheck> modelCheck,
        Optional<PinnedImage> image) {

    /** The form that this version writes. */
    public static final int SCHEMA = 1;

    /** Older runs leave the record. */
    static final int RUNS_KEPT = 200;

    /** Older holdings leave the record. */
    static final int HOLDINGS_KEPT = 100;

    public PlanState {
        if (schema != SCHEMA) {
            throw new IllegalArgumentException("schema: %d (expected: %d)".formatted(schema, SCHEMA));
        }
        operations = List.copyOf(operations);
        blocks = List.copyOf(blocks);
        setbacks = List.copyOf(setbacks);
        runs = List.copyOf(runs);
        // A record that was written before there were these is one without any.
        parts = parts == null ? List.of() : List.copyOf(parts);
        wake = wake == null ? Optional.empty() : wake;
        holdings = holdings == null ? List.of() : List.copyOf(holdings);
        modelDiskGb = modelDiskGb == null ? Optional.empty() : modelDiskGb;
        replacementConfirmed = replacementConfirmed == null ? Optional.empty() : replacementConfirmed;
        drift = drift == null ? Optional.empty() : drift;
        modelCheck = modelCheck == null ? Optional.empty() : modelCheck;
        image = image == null ? Optional.empty() : image;
    }

    /** Nothing was ever done for the resource. */
    public static PlanState initial(Instant now) {
        return new PlanState(
                SCHEMA,
                new MachineState.Absent(now),
                Optional.empty(),
                Optional.empty(),
                Trust.NONE,
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                Activity.NONE,
                BootHistory.NONE,
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Whether any machine of this resource has ever served. */
    public boolean everBooted() {
        return !boots.firstBootSeconds().isEmpty();
    }

    /** The run under way. */
    public Optional<Run> currentRun() {
        return runs.isEmpty() || runs.getLast().end().isPresent() ? Optional.empty() : Optional.of(runs.getLast());
    }

    /** The pending intent of this kind, if there is one. */
    public Optional<Intent> pending(EffectKind kind) {
        return operations.stream().filter(intent -> intent.kind() == kind).findFirst();
    }

    PlanState with(MachineState newPower) {
        return edited(draft -> draft.power = newPower);
    }

    PlanState with(Machine newMachine) {
        return withMachine(Optional.of(newMachine));
    }

    PlanState withMachine(Optional<Machine> newMachine) {
        return edited(draft -> draft.machine = newMachine);
    }

    PlanState withPredecessor(Optional<Machine> newPredecessor) {
        return edited(draft -> draft.predecessor = newPredecessor);
    }

    PlanState with(Trust newTrust) {
        return edited(draft -> draft.trust = newTrust);
    }

    PlanState withRule(Optional<Rule> newRule) {
        return edited(draft -> draft.rule = newRule);
    }

    PlanState withOperations(List<Intent> newOperations) {
        return edited(draft -> draft.operations = newOperations);
    }

    PlanState withBlocks(List<Block> newBlocks) {
        return edited(draft -> draft.blocks = newBlocks);
    }

    PlanState withSetbacks(List<Setback> newSetbacks) {
        return edited(draft -> draft.setbacks = newSetbacks);
    }

    PlanState with(Activity newActivity) {
        return edited(draft -> draft.activity = newActivity);
    }

    PlanState with(BootHistory newBoots) {
        return edited(draft -> draft.boots = newBoots);
    }

    PlanState withRuns(List<Run> newRuns) {
        List<Run> kept =
                newRuns.size() > RUNS_KEPT ? newRuns.subList(newRuns.size() - RUNS_KEPT, newRuns.size()) : newRuns;
        return edited(draft -> draft.runs = kept);
    }

    PlanState with(Wake newWake) {
        return edited(draft -> draft.wake = Optional.of(newWake));
    }

    /** Somebody asks for the machine: a wake begins. */
    PlanState asked(String by, Instant now) {
        return with(activity.waking(now)).with(Wake.asked(by, now));
    }

    PlanState withHoldings(List<Holding> newHoldings) {
        List<Holding> kept = newHoldings.size() > HOLDINGS_KEPT
                ? newHoldings.subList(newHoldings.size() - HOLDINGS_KEPT, newHoldings.size())
                : newHoldings;
        return edited(draft -> draft.holdings = kept);
    }

    /** What is on record of a part. */
    Optional<PartRecord> part(PartId id) {
        return parts.stream().filter(record -> record.id().equals(id)).findFirst();
    }

    /** Puts a part on record, or changes what is. */
    PlanState with(PartRecord part) {
        List<PartRecord> more = new ArrayList<>(parts);
        int known = parts.stream().map(PartRecord::id).toList().indexOf(part.id());
        if (known < 0) {
            more.add(part);
        } else {
            more.set(known, part);
        }
        return withParts(more);
    }

    PlanState forgetting(PartId id) {
        return withParts(
                parts.stream().filter(record -> !record.id().equals(id)).toList());
    }

    PlanState forgettingParts(PartId.Kind kind) {
        return withParts(
                parts.stream().filter(record -> record.id().kind() != kind).toList());
    }

    PlanState with(Drift newDrift) {
        return edited(draft -> draft.drift = Optional.of(newDrift));
    }

    PlanState with(ModelCheck newModelCheck) {
        return edited(draft -> draft.modelCheck = Optional.of(newModelCheck));
    }

    PlanState with(PinnedImage newImage) {
        return unpinned().edited(draft -> draft.image = Optional.of(newImage));
    }

    /** No image is kept to. A machine made of the one before was made of what its name stood for then, as any later one is: it does not differ from those. */
    PlanState unpinned() {
        return image.map(gone -> edited(draft -> {
                    draft.image = Optional.empty();
                    draft.machine = machine.map(is -> is.madeByName(gone));
                    draft.predecessor = predecessor.map(is -> is.madeByName(gone));
                }))
                .orElse(this);
    }

    PlanState withModelDiskGb(int sizeGb) {
        return edited(draft -> draft.modelDiskGb = Optional.of(sizeGb));
    }

    PlanState confirming(String replacement) {
        return edited(draft -> draft.replacementConfirmed = Optional.of(replacement));
    }

    private PlanState withParts(List<PartRecord> newParts) {
        return edited(draft -> draft.parts = newParts);
    }

    PlanState intending(Intent intent) {
        List<Intent> more = new ArrayList<>(operations);
        more.add(intent);
        return withOperations(more);
    }

    PlanState settling(RequestId id) {
        return withOperations(
                operations.stream().filter(intent -> !intent.id().equals(id)).toList());
    }

    PlanState changing(RequestId id, UnaryOperator<Intent> change) {
        return withOperations(operations.stream()
                .map(intent -> intent.id().equals(id) ? change.apply(intent) : intent)
                .toList());
    }

    /** Adds a block and drops those that are over. */
    PlanState blocking(Block block, Instant now) {
        List<Block> more = new ArrayList<>(
                blocks.stream().filter(old -> now.isBefore(old.until())).toList());
        more.removeIf(old -> old.refused().equals(block.refused()) && old.scope() == block.scope());
        more.add(block);
        return withBlocks(more);
    }

    PlanState settingBack(Setback setback) {
        List<Setback> more = new ArrayList<>(
                setbacks.stream().filter(old -> old.kind() != setback.kind()).toList());
        more.add(setback);
        return withSetbacks(more);
    }

    PlanState succeeding(EffectKind kind) {
        return setbacks.stream().noneMatch(old -> old.kind() == kind)
                ? this
                : withSetbacks(
                        setbacks.stream().filter(old -> old.kind() != kind).toList());
    }

    PlanState endingRun(Instant now, String reason) {
        if (currentRun().isEmpty()) {
            return this;
        }
        List<Run> changed = new ArrayList<>(runs);
        changed.set(changed.size() - 1, runs.getLast().ended(now, reason));
        return withRuns(changed);
    }

    private PlanState edited(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** A record in the making, so that a change names what it changes and nothing else. */
    private static final class Draft {
        private MachineState power;
        private Optional<Machine> machine;
        private Optional<Machine> predecessor;
        private Trust trust;
        private Optional<Rule> rule;
        private List<Intent> operations;
        private List<Block> blocks;
        private List<Setback> setbacks;
        private Activity activity;
        private BootHistory boots;
        private List<Run> runs;
        private List<PartRecord> parts;
        private Optional<Wake> wake;
        private List<Holding> holdings;
        private Optional<Integer> modelDiskGb;
        private Optional<String> replacementConfirmed;
        private Optional<Drift> drift;
        private Optional<ModelCheck> modelCheck;
        private Optional<PinnedImage> image;

        Draft(PlanState from) {
            drift = from.drift;
            modelCheck = from.modelCheck;
            image = from.image;
            power = from.power;
            machine = from.machine;
            predecessor = from.predecessor;
            trust = from.trust;
            rule = from.rule;
            operations = from.operations;
            blocks = from.blocks;
            setbacks = from.setbacks;
            activity = from.activity;
            boots = from.boots;
            runs = from.runs;
            parts = from.parts;
            wake = from.wake;
            holdings = from.holdings;
            modelDiskGb = from.modelDiskGb;
            replacementConfirmed = from.replacementConfirmed;
        }

        PlanState finished() {
            return new PlanState(
                    SCHEMA,
                    power,
                    machine,
                    predecessor,
                    trust,
                    rule,
                    operations,
                    blocks,
                    setbacks,
                    activity,
                    boots,
                    runs,
                    parts,
                    wake,
                    holdings,
                    modelDiskGb,
                    replacementConfirmed,
                    drift,
                    modelCheck,
                    image);
        }
    }
}
