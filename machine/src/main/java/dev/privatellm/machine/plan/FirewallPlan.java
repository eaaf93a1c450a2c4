// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The firewall rule: opened beside the start, compared as a whole after every change, replaced when our address changes or its time runs out, closed as soon
 * as the machine is on its way down. It never stands without a machine that runs or whose start is on record.
 */
final class FirewallPlan {
    /** How long a rule stands if nobody renews it. */
    static final Duration LIFETIME = Duration.ofHours(2);

    private static final Duration RENEW_BEFORE_END = Duration.ofHours(1);
    private static final Duration EGRESS_PERIOD = Duration.ofMinutes(5);
    private static final Duration EGRESS_SILENT_PERIOD = Duration.ofSeconds(10);

    /** A guest that has not answered for so long since its machine runs may be unable to reach us, and not only be slow. */
    private static final Duration USUAL_BOOT = Duration.ofMinutes(2);

    private FirewallPlan() {}

    static Optional<Plan> plan(Turn turn) {
        boolean isPending = turn.state().operations().stream().anyMatch(FirewallPlan::isFirewall);
        if (isPending) {
            return Optional.empty();
        }
        Optional<Plan> elsewhere = elsewhere(turn);
        if (elsewhere.isPresent()) {
            return elsewhere;
        }
        boolean hasPower = switch (turn.state().power()) {
            case MachineState.Booting _, MachineState.Warming _, MachineState.Serving _ -> true;
            case MachineState.Absent _,
                    MachineState.Creating _,
                    MachineState.Starting _,
                    MachineState.Draining _,
                    MachineState.Stopping _,
                    MachineState.Stopped _,
                    MachineState.Preempted _,
                    MachineState.Suspended _,
                    MachineState.Deleting _,
                    MachineState.Failed _,
                    MachineState.Unknown _ -> false;
        };
        if (hasPower && !(turn.machine() instanceof Look.Seen<?>)) {
            // Nobody knows who holds the machine, and the rule is whoever's holds it.
            return Optional.empty();
        }
        return Planner.isAwake(turn.state().power()) ? open(turn) : close(turn);
    }

    /** A rule in a project that the specification no longer names can be neither seen nor removed there: it is not forgotten for that. */
    private static Optional<Plan> elsewhere(Turn turn) {
        String named = turn.spec().foundation().networkProject();
        Optional<Rule> standing = turn.state().rule();
        return standing.flatMap(Rule::project)
                .filter(project -> !project.equals(named))
                .map(project -> new Plan.Wait(
                        turn.now().plus(Turn.FAR),
                        "ManagementConflict",
                        Optional.of(new Plan.Trouble(
                                "ManagementConflict",
                                "RULE_ELSEWHERE",
                                "firewall rule %s stands in project %s, and the document names %s by now: write %s into spec.network.hostProjectId until the machine sleeps and the rule is removed"
                                        .formatted(standing.get().wanted().name(), project, named, project),
                                Optional.empty()))));
    }

    private static boolean isFirewall(Intent intent) {
        return switch (intent.kind()) {
            case OPEN_FIREWALL, REPLACE_FIREWALL, CLOSE_FIREWALL -> true;
            case MAKE_PART,
                    ENSURE_SECRET,
                    CHANGE_AUTHORITY,
                    ISSUE_CERTIFICATES,
                    SIGN_CERTIFICATE,
                    UPLOAD_BUNDLE,
                    INSERT_INSTANCE,
                    ADOPT_INSTANCE,
                    SET_METADATA,
                    SET_MACHINE_TYPE,
                    RESIZE_DISK,
                    SET_SCHEDULING,
                    SET_LABELS,
                    START_INSTANCE,
                    DRAIN_GUEST,
                    LOAD_BUNDLE,
                    ACTIVATE_LINK,
                    STOP_INSTANCE,
                    DESTROY_VERSION,
                    DESTROY_KEY_VERSION,
                    DELETE_INSTANCE,
                    REMOVE_PART -> false;
        };
    }

    /** Closes the door of a machine that is about to stop; empty if that is done or under way, or cannot be done now: power costs money, a door does not. */
    static Optional<Plan> closeFirst(Turn turn) {
        boolean isUnderWay = turn.state().operations().stream().anyMatch(FirewallPlan::isFirewall);
        boolean isElsewhere = elsewhere(turn).isPresent();
        return turn.state()
                .rule()
                .filter(rule -> rule.phase() != Rule.Phase.CLOSING && !isUnderWay && !isElsewhere)
                .filter(_ -> turn.setback(EffectKind.CLOSE_FIREWALL).isEmpty())
                .flatMap(_ -> close(turn));
    }

    private static Optional<Plan> close(Turn turn) {
        if (turn.state().rule().isEmpty()) {
            return Optional.empty();
        }
        Rule rule = turn.state().rule().get();
        if (rule.phase() != Rule.Phase.CLOSING) {
            return turn.act(new Effect.CloseFirewall(
                    turn.facts().freshId(), rule.wanted().name()));
        }
        if (turn.setback(EffectKind.CLOSE_FIREWALL).isPresent()) {
            return turn.act(new Effect.CloseFirewall(
                    turn.facts().freshId(), rule.wanted().name()));
        }
        return withRule(
                turn,
                rule,
                found -> found.isEmpty() || !isOurs(turn, found.get())
                        ? Turn.note(turn.state().withRule(Optional.empty()), "RuleGone")
                        : turn.act(new Effect.CloseFirewall(
                                turn.facts().freshId(), rule.wanted().name())));
    }

    private static Optional<Plan> open(Turn turn) {
        Optional<Plan> unverified = turn.state()
                .rule()
                .filter(rule -> rule.phase() != Rule.Phase.OPEN)
                .flatMap(rule -> verify(turn, rule));
        return unverified.isPresent() ? unverified : keep(turn);
    }

    /** Reads a rule back: whoever admits, must know that it does. */
    private static Optional<Plan> verify(Turn turn, Rule rule) {
        return withRule(turn, rule, found -> {
            if (found.isEmpty()) {
                return Turn.note(turn.state().withRule(Optional.empty()), "RuleGone");
            }
            if (!isOurs(turn, found.get())) {
                return Turn.note(
                        turn.state().withRule(Optional.empty()).settingBack(foreign(turn, found.get())),
                        "ManagementConflict");
            }
            if (rule.phase() == Rule.Phase.CLOSING) {
                return turn.act(new Effect.ReplaceFirewall(turn.facts().freshId(), rule.wanted()));
            }
            return found.get().equals(rule.wanted())
                    ? Turn.note(turn.state().withRule(Optional.of(rule.in(Rule.Phase.OPEN))), "RuleInForce")
                    : turn.act(new Effect.ReplaceFirewall(turn.facts().freshId(), rule.wanted()));
        });
    }

    private static Setback foreign(Turn turn, FirewallRule found) {
        return new Setback(
                EffectKind.OPEN_FIREWALL,
                "ManagementConflict",
                "FOREIGN_OWNER",
                "firewall rule %s is not ours".formatted(found.name()),
                1,
                turn.now(),
                Optional.of(turn.now().plus(Verdict.ADMINISTRATOR)),
                turn.spec().generation());
    }

    private static boolean isOurs(Turn turn, FirewallRule found) {
        return found.owner().map(owner -> owner.uid().equals(turn.spec().uid())).orElse(false);
    }

    private interface RuleAnswer {
        Optional<Plan> answer(Optional<FirewallRule> found);
    }

    private static Optional<Plan> withRule(Turn turn, Rule rule, RuleAnswer answer) {
        if (turn.isDue(turn.seen().ownRule(), Duration.ZERO)) {
            return Turn.ask(new Question.OwnRule(rule.wanted().name()));
        }
        return switch (turn.seen().ownRule()) {
            case Look.Never<Optional<FirewallRule>> _ -> Optional.empty();
            case Look.Failed<Optional<FirewallRule>>(RuntimeException failure, Instant at) ->
                turn.cannotSee(failure, at);
            case Look.Seen<Optional<FirewallRule>>(Optional<FirewallRule> found, Instant _) -> answer.answer(found);
        };
    }

    private static Optional<Plan> keep(Turn turn) {
        boolean isDetected = turn.spec().sourceRanges().isEmpty();
        if (isDetected && turn.isDue(turn.seen().egress(), egressPeriod(turn))) {
            return Turn.ask(new Question.Egress());
        }
        Optional<SortedSet<String>> sources = Admission.of(turn);
        Optional<Rule> rule = turn.state().rule();
        if (sources.isEmpty()) {
            return Admission.unknown(turn, EGRESS_PERIOD);
        }
        if (rule.isEmpty()) {
            return turn.act(new Effect.OpenFirewall(turn.facts().freshId(), wanted(turn, sources.get())));
        }
        FirewallRule standing = rule.get().wanted();
        Instant renewAt = standing.owner()
                .map(owner -> owner.expiresAt().minus(RENEW_BEFORE_END))
                .orElse(turn.now());
        boolean isSame = standing.sourceRanges().equals(sources.get())
                && standing.port() == port(turn)
                && standing.network().equals(network(turn));
        if (isSame && turn.now().isBefore(renewAt)) {
            Instant nextLook = turn.now().plus(EGRESS_PERIOD);
            Instant until = isDetected && nextLook.isBefore(renewAt) ? nextLook : renewAt;
            return drift(turn, rule.get(), until);
        }
        return turn.act(new Effect.ReplaceFirewall(turn.facts().freshId(), wanted(turn, sources.get())));
    }

    /** Waits, before a machine is given power, until it is known whom its rule would admit: nobody could reach it, and it would be paid for. */
    static Optional<Plan> unreachable(Turn turn) {
        Optional<Plan> elsewhere = elsewhere(turn);
        if (elsewhere.isPresent()) {
            return elsewhere;
        }
        if (turn.spec().sourceRanges().isEmpty() && turn.isDue(turn.seen().egress(), EGRESS_PERIOD)) {
            return Turn.ask(new Question.Egress());
        }
        return Admission.of(turn).isPresent() ? Optional.empty() : Admission.unknown(turn, EGRESS_PERIOD);
    }

    /** Whether the rule is still what it was made: else whoever removed it has shut us out, or whoever widened it lets others in. */
    private static Optional<Plan> drift(Turn turn, Rule rule, Instant until) {
        Instant written = rule.wanted()
                .owner()
                .map(owner -> owner.expiresAt().minus(LIFETIME))
                .orElse(turn.now());
        if (turn.seen().ownRule()
                instanceof Look.Seen<Optional<FirewallRule>>(Optional<FirewallRule> found, Instant at)) {
            Optional<Plan> mended = mended(turn, rule, found);
            return mended.isPresent() ? mended : again(turn, rule, at, until);
        }
        return again(
                turn,
                rule,
                turn.seen().ownRule() instanceof Look.Failed<?>(RuntimeException _, Instant at) ? at : written,
                until);
    }

    private static Optional<Plan> again(Turn turn, Rule rule, Instant last, Instant until) {
        Instant due = isSilent(turn)
                ? last.plus(silentPeriod(turn))
                : Drift.nextLook(rule.wanted().name(), last);
        return turn.now().isBefore(due)
                ? Turn.waitUntil(due.isBefore(until) ? due : until, "RuleStands")
                : Turn.ask(new Question.OwnRule(rule.wanted().name()));
    }

    private static Optional<Plan> mended(Turn turn, Rule rule, Optional<FirewallRule> found) {
        FirewallRule wanted = rule.wanted();
        String what = "firewall rule " + wanted.name();
        if (found.isEmpty()) {
            Drift drift = new Drift(what, "existence", "gone", "ours", turn.now());
            return Turn.note(turn.state().with(drift).withRule(Optional.empty()), "RuleGone");
        }
        if (!isOurs(turn, found.get())) {
            return Turn.note(
                    turn.state().withRule(Optional.empty()).settingBack(foreign(turn, found.get())),
                    "ManagementConflict");
        }
        return difference(what, found.get(), wanted, turn.now())
                .flatMap(drift -> DriftPlan.mend(
                        turn, drift, new Effect.ReplaceFirewall(turn.facts().freshId(), wanted)));
    }

    /** The first field that differs. */
    private static Optional<Drift> difference(String what, FirewallRule is, FirewallRule wanted, Instant now) {
        if (!is.sourceRanges().equals(wanted.sourceRanges())) {
            return Optional.of(new Drift(
                    what,
                    "sourceRanges",
                    is.sourceRanges().toString(),
                    wanted.sourceRanges().toString(),
                    now));
        }
        if (is.port() != wanted.port()) {
            return Optional.of(
                    new Drift(what, "allowed", String.valueOf(is.port()), String.valueOf(wanted.port()), now));
        }
        if (!is.targetTag().equals(wanted.targetTag())) {
            return Optional.of(new Drift(what, "targetTags", is.targetTag(), wanted.targetTag(), now));
        }
        return is.equals(wanted)
                ? Optional.empty()
                : Optional.of(new Drift(what, "description", is.toString(), wanted.toString(), now));
    }

    /** Our own address is doubted as soon as a machine that served cannot be reached. */
    private static Duration egressPeriod(Turn turn) {
        return isSilent(turn) ? silentPeriod(turn) : EGRESS_PERIOD;
    }

    /** A first boot may well be silent for half an hour: the longer a boot is, the less it tells of our address. */
    private static Duration silentPeriod(Turn turn) {
        if (!(turn.state().power() instanceof MachineState.Booting booting)) {
            return EGRESS_SILENT_PERIOD;
        }
        Duration share =
                Duration.between(booting.since().plus(USUAL_BOOT), turn.now()).dividedBy(4);
        if (share.compareTo(EGRESS_SILENT_PERIOD) < 0) {
            return EGRESS_SILENT_PERIOD;
        }
        return share.compareTo(EGRESS_PERIOD) < 0 ? share : EGRESS_PERIOD;
    }

    /** Whether the machine ought to answer us and does not: our address may be another one by now. */
    private static boolean isSilent(Turn turn) {
        return switch (turn.state().power()) {
            case MachineState.Serving serving -> serving.unreachableSince().isPresent();
            case MachineState.Warming _ ->
                Guests.sight(turn).filter(sight -> sight.failure().isPresent()).isPresent();
            case MachineState.Booting booting ->
                !turn.now().isBefore(booting.since().plus(USUAL_BOOT));
            case MachineState.Absent _,
                    MachineState.Creating _,
                    MachineState.Starting _,
                    MachineState.Draining _,
                    MachineState.Stopping _,
                    MachineState.Stopped _,
                    MachineState.Preempted _,
                    MachineState.Suspended _,
                    MachineState.Deleting _,
                    MachineState.Failed _,
                    MachineState.Unknown _ -> false;
        };
    }

    /** The machine's own: a specification that names another one by now moves no machine. */
    private static String network(Turn turn) {
        return turn.state()
                .machine()
                .map(machine -> machine.network(turn.spec()))
                .orElseGet(turn.spec()::network);
    }

    private static int port(Turn turn) {
        return turn.state()
                .machine()
                .map(machine -> machine.guestPort(turn.spec()))
                .orElseGet(() -> turn.spec().guest().port());
    }

    private static FirewallRule wanted(Turn turn, SortedSet<String> sources) {
        MachineSpec spec = turn.spec();
        return new FirewallRule(
                turn.names().rule(),
                network(turn),
                sources,
                turn.names().tag(),
                port(turn),
                Optional.of(new FirewallRule.Owner(
                        spec.uid(),
                        spec.cluster(),
                        spec.epoch(),
                        turn.now().plus(LIFETIME).truncatedTo(java.time.temporal.ChronoUnit.SECONDS))));
    }
}
