// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.api.v1alpha1.Condition;
import dev.privatellm.controller.link.LinkDocument;
import dev.privatellm.controller.status.LinkView;
import dev.privatellm.controller.status.Outlook;
import dev.privatellm.controller.status.Readiness;
import dev.privatellm.controller.status.ResourceStatus;
import dev.privatellm.controller.status.Situation;
import dev.privatellm.controller.status.StatusView;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.plan.Answer;
import dev.privatellm.machine.plan.Effect;
import dev.privatellm.machine.plan.EffectKind;
import dev.privatellm.machine.plan.Facts;
import dev.privatellm.machine.plan.Guests;
import dev.privatellm.machine.plan.Journal;
import dev.privatellm.machine.plan.MachineSpec;
import dev.privatellm.machine.plan.Plan;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.plan.StateStore;
import dev.privatellm.machine.plan.Witness;
import dev.privatellm.machine.power.PowerOutlook;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cares for one resource, one step at a time. A step reads the record, decides, and carries out at most one effect; before a mutation of the cloud its intent
 * is on record, after it its answer. All memory that matters is in the record: a new controller on the same record goes on where the last one died.
 *
 * <p>Any thread may step; steps of one controller exclude each other. Two controllers on one record are kept apart by the record's version: the slower one's
 * step ends with {@link StateStore.StaleState} and changes nothing.
 */
public final class Controller {
    /** More questions and notes than this in one step would mean that a decision goes round in circles. */
    static final int MAX_TURNS = 64;

    private static final Duration LINK_PERIOD = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

    private final Ports ports;
    private final InstantSource clock;
    private final Supplier<UUID> requestIds;
    private final BiFunction<Facts, Instant, Plan> planner;
    private final Observer observer;
    private final Executor executor;
    private final Bookkeeper books;
    private final Prospects prospects = new Prospects();
    private Optional<LinkDocument> published = Optional.empty();
    private Instant publishedAt = Instant.MIN;

    /**
     * Has seen nothing yet.
     *
     * @param requestIds makes ids that no mutation ever bore
     */
    public Controller(Ports ports, InstantSource clock, Supplier<UUID> requestIds) {
        this(ports, clock, requestIds, Planner::decide);
    }

    /** Decides in another way than the product does: what a wrong decision would lead to can be tried without one in the product. */
    Controller(Ports ports, InstantSource clock, Supplier<UUID> requestIds, BiFunction<Facts, Instant, Plan> planner) {
        this.ports = ports;
        this.clock = clock;
        this.requestIds = requestIds;
        this.planner = planner;
        this.observer = new Observer(ports);
        this.executor = new Executor(ports);
        this.books = new Bookkeeper(ports.ledger());
    }

    /**
     * Takes one step. Blocks for as long as one call to the cloud or the guest takes, never for what the cloud is asked to do.
     *
     * @throws StateStore.StaleState if somebody else has written the record: step again
     */
    public synchronized StepResult step(Resource resource, PowerRequests requests) {
        MachineSpec spec = Specification.of(resource, ports.release());
        DemandSource.Reading demand = ports.demand().read();
        Recorded record = read(spec);
        // One moment for the whole step: what is looked at within it counts as seen now, however long the look takes.
        Instant now = clock.instant();
        for (int turn = 0; turn < MAX_TURNS; turn++) {
            PowerOutlook prospect = prospects.of(spec, record.plan(), books.account(record.plan(), spec, now));
            Facts facts = new Facts(
                    Prospects.allowed(spec, prospect),
                    record.plan(),
                    demand.demand(),
                    demand.egress(),
                    requests,
                    observer.observations(Guests.address(record.plan(), spec.names())),
                    new RequestId(requestIds.get()),
                    prospect);
            switch (planner.apply(facts, now)) {
                case Plan.Ask(var question) -> observer.answer(question, spec, now);
                case Plan.Note(PlanState next, String reason) -> {
                    LOG.debug("{}: {}", spec.resource(), reason);
                    observer.follow(record.plan(), next);
                    record = record.write(next);
                }
                case Plan.Act(Effect effect) -> {
                    record = carryOut(record, effect, resource, facts);
                    return finish(resource, facts, record, Optional.of(effect.kind()), new Outlook(now));
                }
                case Plan.Wait(Instant until, String _, Optional<Plan.Trouble> trouble) -> {
                    return finish(resource, facts, record, Optional.empty(), new Outlook(until, trouble));
                }
            }
        }
        throw new IllegalStateException("no end after %d turns".formatted(MAX_TURNS));
    }

    private Recorded carryOut(Recorded record, Effect effect, Resource resource, Facts facts) {
        MachineSpec spec = facts.spec();
        Recorded intended = record;
        if (effect instanceof Effect.Intended mutation) {
            PlanState next = Journal.intended(record.plan(), mutation, spec, clock.instant());
            observer.follow(record.plan(), next);
            intended = record.write(next);
        }
        observer.changed(effect.kind());
        PlanState after;
        String outcome;
        switch (attempt(effect, spec)) {
            case Outcome.Answered(Answer answer) -> {
                after = Journal.answered(
                        intended.plan(),
                        effect,
                        answer,
                        new Journal.PowerTimes(spec.power().drainTimeout()),
                        clock.instant());
                outcome = answer instanceof Answer.Accepted ? "accepted" : "done";
                if (effect instanceof Effect.ActivateLink) {
                    publish(LinkView.of(resource.document(), situation(facts, after, Optional.empty())));
                }
            }
            case Outcome.Failed(RuntimeException failure) -> {
                tell(failure, effect, spec, intended.plan());
                after = Journal.failed(
                        intended.plan(),
                        Journal.Failing.of(effect, intended.plan()),
                        failure,
                        isCertain(failure),
                        spec.generation(),
                        clock.instant());
                outcome = failure.getClass().getSimpleName();
            }
        }
        ports.effects()
                .append(new EffectLog.Entry(
                        effect.kind(),
                        effect.target(),
                        effect instanceof Effect.Intended mutation
                                ? Optional.of(mutation.requestId().toString())
                                : Optional.empty(),
                        outcome));
        observer.follow(intended.plan(), after);
        return intended.write(after);
    }

    private sealed interface Outcome {
        record Answered(Answer answer) implements Outcome {}

        record Failed(RuntimeException failure) implements Outcome {}
    }

    /** What no port may throw is our own mistake, and no reason to forget that an effect was tried: the record must not stand still at its intent. */
    private Outcome attempt(Effect effect, MachineSpec spec) {
        try {
            return new Outcome.Answered(executor.carryOut(effect, spec));
        } catch (RuntimeException failure) {
            return new Outcome.Failed(failure);
        }
    }

    private static void tell(RuntimeException failure, Effect effect, MachineSpec spec, PlanState state) {
        if (failure instanceof CloudFailure.NotFound && isRemoval(effect.kind())) {
            LOG.debug("{}: {} {}: gone already", spec.resource(), effect.kind(), effect.target());
            return;
        }
        boolean isKnown = state.setbacks().stream()
                .anyMatch(before -> before.kind() == effect.kind()
                        && before.code().equals(failure.getClass().getSimpleName()));
        if (isDeclared(failure) || isKnown) {
            LOG.info("{}: {} {} failed: {}", spec.resource(), effect.kind(), effect.target(), failure.getMessage());
        } else {
            LOG.error("{}: {} {} failed unexpectedly", spec.resource(), effect.kind(), effect.target(), failure);
        }
    }

    /** Whether what it wants is that something is not there. */
    private static boolean isRemoval(EffectKind kind) {
        return switch (kind) {
            case DELETE_INSTANCE, REMOVE_PART, CLOSE_FIREWALL, DESTROY_VERSION, DESTROY_KEY_VERSION -> true;
            default -> false;
        };
    }

    private static boolean isDeclared(RuntimeException failure) {
        return failure instanceof CloudFailure || failure instanceof GuestFailure;
    }

    /** Whether a failure proves that nothing was changed. An answer that was lost proves nothing, and no more does a mistake of ours. */
    private static boolean isCertain(RuntimeException failure) {
        return isDeclared(failure) && !(failure instanceof CloudFailure.Unavailable);
    }

    private StepResult finish(
            Resource resource, Facts facts, Recorded record, Optional<EffectKind> effect, Outlook outlook) {
        Situation situation = situation(facts, record.plan(), outlook.trouble());
        List<Condition> conditions =
                Readiness.conditions(situation, record.state().conditions());
        if (!conditions.equals(record.state().conditions())) {
            tellOfTheBudget(conditions, record.state().conditions(), facts.spec());
            record.report(conditions);
        }
        LinkDocument link = LinkView.of(resource.document(), situation);
        if (isNews(link, situation.now())) {
            publish(link);
        }
        ResourceStatus status =
                StatusView.of(situation, books.account(record.plan(), facts.spec(), situation.now()), conditions);
        ports.observer().stepped();
        Instant nextRun = facts.outlook()
                .schedule()
                .changesAt()
                .filter(outlook.nextRun()::isAfter)
                .orElse(outlook.nextRun());
        return new StepResult(nextRun, effect, status, Planner.isAtRest(record.plan()));
    }

    /** The moment at which a budget is used up is news for whoever reads the log. */
    private static void tellOfTheBudget(List<Condition> now, List<Condition> before, MachineSpec spec) {
        now.stream()
                .filter(condition -> condition.type().equals(Readiness.WITHIN_BUDGET)
                        && condition.status() == Condition.Status.FALSE
                        && before.stream()
                                .noneMatch(old ->
                                        old.type().equals(condition.type()) && old.status() == condition.status()))
                .forEach(condition -> LOG.warn("{}: BudgetReached: {}", spec.resource(), condition.message()));
    }

    private Situation situation(Facts facts, PlanState state, Optional<Plan.Trouble> trouble) {
        return new Situation(
                facts.spec(),
                state,
                facts.demand(),
                facts.requests(),
                facts.seen().guest(),
                facts.seen().console(),
                trouble,
                clock.instant(),
                facts.outlook());
    }

    private void publish(LinkDocument link) {
        ports.link().publish(link);
        published = Optional.of(link);
        publishedAt = clock.instant();
    }

    /** A change of the state is told at once, mere progress every few seconds. */
    private boolean isNews(LinkDocument link, Instant now) {
        if (published.isEmpty()) {
            return true;
        }
        if (published.get().equals(link)) {
            return false;
        }
        return !LinkView.isSameBeyondProgress(published.get(), link) || !now.isBefore(publishedAt.plus(LINK_PERIOD));
    }

    private Recorded read(MachineSpec spec) {
        StateStore.Versioned<ResourceState> read = ports.state().read();
        books.settle(read.state().plan(), spec, clock.instant());
        return new Recorded(spec, read.state(), read.version());
    }

    /** The record as this step knows it; every write must follow the one before. */
    private final class Recorded {
        private final MachineSpec spec;
        private final ResourceState state;
        private final long version;

        Recorded(MachineSpec spec, ResourceState state, long version) {
            this.spec = spec;
            this.state = state;
            this.version = version;
        }

        ResourceState state() {
            return state;
        }

        PlanState plan() {
            return state.plan();
        }

        Recorded write(PlanState next) {
            if (next.equals(state.plan())) {
                return this;
            }
            PlanState witnessed =
                    Witness.follow(state.plan(), next, spec, ports.prices().get(), clock.instant());
            Recorded written = replace(new ResourceState(witnessed, state.conditions()));
            books.settle(witnessed, spec, clock.instant());
            return written;
        }

        Recorded report(List<Condition> conditions) {
            return replace(new ResourceState(state.plan(), conditions));
        }

        private Recorded replace(ResourceState next) {
            return new Recorded(spec, next, ports.state().compareAndSet(version, next));
        }
    }
}
