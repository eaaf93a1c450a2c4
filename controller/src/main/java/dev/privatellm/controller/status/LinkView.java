// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.status;

import dev.privatellm.api.v1alpha1.Model;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.controller.link.LinkDocument;
import dev.privatellm.controller.link.LinkDocument.Accepts;
import dev.privatellm.controller.link.LinkDocument.Eta;
import dev.privatellm.controller.link.LinkDocument.Pins;
import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.plan.BootHistory;
import dev.privatellm.machine.plan.Certificates;
import dev.privatellm.machine.plan.GuestConfig;
import dev.privatellm.machine.plan.Guests;
import dev.privatellm.machine.plan.ModelCheck;
import dev.privatellm.machine.plan.Observations;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.plan.Run;
import dev.privatellm.machine.plan.Wake;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What gateways are told of a machine. Never more than they need, and never an endpoint without the pin that belongs to it. A machine that boots is told as
 * soon as its guest may be called, with the certificates of this boot: gateways shake hands with it while its model loads.
 */
public final class LinkView {
    private LinkView() {}

    /** The link now. */
    public static LinkDocument of(PrivateLlm document, Situation situation) {
        Optional<Explanation> trouble = Explanation.of(situation);
        MachineState power = situation.state().power();
        Optional<Guest> guest = Guest.of(situation);
        Model model = document.spec().model();
        Optional<GuestConfig.Models> kept = kept(situation);
        return new LinkDocument(
                document.metadata().namespace(),
                document.metadata().name(),
                situation.spec().uid(),
                guest.map(Guest::generation).orElse(0L),
                guest.flatMap(Guest::endpoint),
                guest.map(Guest::serverName),
                guest.flatMap(Guest::pins),
                kept.map(LinkView::models).orElseGet(() -> models(model)),
                aliases(model, kept.map(GuestConfig.Models::name).orElse(model.name())),
                model.parallel(),
                kept.map(GuestConfig.Models::contextLength).orElse(model.contextLength()),
                accepts(situation, trouble),
                Words.phase(situation, trouble).word(),
                Optional.of(Words.stage(power)),
                percent(situation),
                eta(situation),
                Boot.of(situation).map(Boot::deadline),
                trouble.map(explanation -> explanation.reason().word()),
                trouble.map(Explanation::message),
                trouble.flatMap(Explanation::retryAt),
                situation.state().currentRun().flatMap(Run::pricePerHour).map(price -> price.doubleValue()),
                situation.state().currentRun().map(run -> Long.toString(run.id())));
    }

    /** Whom gateways find there. */
    private record Guest(long generation, Optional<String> endpoint, String serverName, Optional<Pins> pins) {

        /** Nobody while the authority that signed for it may be somebody else's. While it boots, exactly whom the controller calls, once it may; else the bearer of the certificates in use. */
        static Optional<Guest> of(Situation situation) {
            if (situation.state().trust().isDistrusted()) {
                return Optional.empty();
            }
            return Boot.of(situation)
                    .flatMap(_ ->
                            Guests.address(situation.state(), situation.spec().names()))
                    .map(Guest::booting)
                    .or(() -> situation.state().trust().inUse().map(inUse -> inUse(inUse, situation.state())));
        }

        private static Guest booting(GuestAddress guest) {
            return new Guest(
                    guest.generation(),
                    Optional.of(endpoint(guest.host(), guest.port())),
                    guest.serverName(),
                    Optional.of(new Pins(guest.pin(), guest.nextPin())));
        }

        private static Guest inUse(Certificates certificates, PlanState state) {
            boolean isReachable =
                    state.power() instanceof MachineState.Serving || state.power() instanceof MachineState.Draining;
            return new Guest(
                    certificates.generation(),
                    isReachable
                            ? state.machine()
                                    .flatMap(machine -> machine.address().map(host -> endpoint(host, machine.port())))
                            : Optional.empty(),
                    certificates.serverName(),
                    certificates
                            .pin()
                            .map(pin -> new Pins(
                                    pin,
                                    isReachable
                                            ? state.trust().prepared().flatMap(Certificates::pin)
                                            : Optional.empty())));
        }

        private static String endpoint(String host, int port) {
            return (host.contains(":") ? "https://[%s]:%d" : "https://%s:%d").formatted(host, port);
        }
    }

    /** What a machine with power serves instead of the models that are asked for, because it is not to have those now. */
    private static Optional<GuestConfig.Models> kept(Situation situation) {
        PlanState state = situation.state();
        return Planner.isAsleep(state.power())
                ? Optional.empty()
                : state.machine()
                        .flatMap(machine ->
                                ModelCheck.kept(machine, situation.change(machine), situation.spec(), state));
    }

    private static List<String> models(GuestConfig.Models kept) {
        return Stream.concat(Stream.of(kept.name()), kept.extra().stream()).toList();
    }

    private static List<String> models(Model model) {
        List<String> models = new ArrayList<>();
        models.add(model.name());
        models.addAll(model.extra());
        return models;
    }

    private static Map<String, String> aliases(Model model, String served) {
        Map<String, String> aliases = new HashMap<>();
        model.aliases().forEach(alias -> aliases.put(alias, served));
        return aliases;
    }

    private static Accepts accepts(Situation situation, Optional<Explanation> trouble) {
        return switch (situation.state().power()) {
            case MachineState.Serving serving ->
                serving.unreachableSince().isPresent()
                                || isGoneUnseen(situation)
                                || isLeaving(situation)
                                || situation.state().trust().isDistrusted()
                        ? Accepts.HOLD
                        : Accepts.FORWARD;
            case MachineState.Draining draining ->
                trouble.filter(why -> draining.forced() || why.reason() == Reason.BUDGET_EXCEEDED)
                                .isPresent()
                        ? Accepts.REFUSE
                        : Accepts.HOLD;
            case MachineState.Absent _,
                    MachineState.Creating _,
                    MachineState.Starting _,
                    MachineState.Booting _,
                    MachineState.Warming _,
                    MachineState.Stopping _,
                    MachineState.Stopped _,
                    MachineState.Preempted _,
                    MachineState.Suspended _,
                    MachineState.Deleting _,
                    MachineState.Failed _,
                    MachineState.Unknown _ ->
                trouble.filter(LinkView::isHopeless).isPresent() ? Accepts.REFUSE : Accepts.HOLD;
        };
    }

    /** While nobody looks at the machine, only its guest tells that it is there. */
    private static boolean isGoneUnseen(Situation situation) {
        return situation.kept().isPresent()
                && situation.guest().flatMap(Observations.Sight::failure).isPresent();
    }

    /** The cloud is about to take it: what has not begun there should begin elsewhere. */
    private static boolean isLeaving(Situation situation) {
        return situation
                .guest()
                .flatMap(Observations.Sight::health)
                .filter(health -> health.state() == GuestHealth.State.PREEMPTED)
                .isPresent();
    }

    /** Whether waiting is no use. Trouble that time cures soon keeps requests waiting. */
    private static boolean isHopeless(Explanation trouble) {
        return switch (trouble.reason()) {
            case UNAVAILABLE, ZONE_STOCKOUT, EGRESS_UNKNOWN, REPLACE_REQUIRED, PREEMPTED, MACHINE_UNTRUSTED -> false;
            case NO_CAPACITY,
                    ZONE_UNAVAILABLE,
                    QUOTA_EXCEEDED,
                    MODEL_NOT_FOUND,
                    MODEL_TOO_LARGE,
                    BILLING_DISABLED,
                    KEY_DISABLED,
                    PERMISSION_DENIED,
                    CREDENTIALS_REJECTED,
                    INVALID_SPEC,
                    MANAGEMENT_CONFLICT,
                    BUDGET_EXCEEDED,
                    SLEEPING_BY_POLICY,
                    BOOT_FAILED,
                    ACTIVATION_DEADLINE_EXCEEDED,
                    INVALID_REQUEST,
                    UNAUTHENTICATED,
                    FORBIDDEN,
                    UNKNOWN_MODEL,
                    UNKNOWN_PATH,
                    BODY_TOO_LARGE,
                    RATE_LIMITED,
                    BOOTING,
                    QUEUE_FULL,
                    STALLED,
                    STREAM_INTERRUPTED,
                    INTERNAL,
                    STATE_IN_USE,
                    STATE_UNWRITABLE,
                    STATE_MISMATCH,
                    PORT_TAKEN,
                    NOT_RUNNING -> true;
        };
    }

    private static Optional<Integer> percent(Situation situation) {
        return Boot.of(situation).map(Boot::percent);
    }

    private static Optional<Eta> eta(Situation situation) {
        return Boot.of(situation)
                .flatMap(boot -> boot.left(0.5, situation)
                        .flatMap(p50 -> boot.left(0.9, situation).map(p90 -> Eta.of(p50, p90))));
    }

    /** Whether two links differ in nothing but how far a wake has come. */
    public static boolean isSameBeyondProgress(LinkDocument a, LinkDocument b) {
        return withoutProgress(a).equals(withoutProgress(b));
    }

    private static LinkDocument withoutProgress(LinkDocument link) {
        return new LinkDocument(
                link.namespace(),
                link.name(),
                link.uid(),
                link.generation(),
                link.endpoint(),
                link.serverName(),
                link.pins(),
                link.models(),
                link.aliases(),
                link.slots(),
                link.contextLength(),
                link.accepts(),
                link.state(),
                link.stage(),
                Optional.empty(),
                Optional.empty(),
                link.bootDeadline(),
                link.reason(),
                Optional.empty(),
                link.retryAt(),
                link.pricePerHour(),
                link.runId());
    }

    /** A wake under way. */
    record Boot(String stage, int percent, Instant startedAt, Instant deadline, boolean firstBoot) {
        static Optional<Boot> of(Situation situation) {
            return switch (situation.state().power()) {
                case MachineState.Creating s -> boot(situation, s.wakeStarted(), s.firstBoot(), 0);
                case MachineState.Starting s -> boot(situation, s.wakeStarted(), s.firstBoot(), 0);
                case MachineState.Booting s -> boot(situation, s.wakeStarted(), s.firstBoot(), 0);
                case MachineState.Warming s -> boot(situation, s.wakeStarted(), s.firstBoot(), heard(situation, s));
                case MachineState.Absent _,
                        MachineState.Serving _,
                        MachineState.Draining _,
                        MachineState.Stopping _,
                        MachineState.Stopped _,
                        MachineState.Preempted _,
                        MachineState.Suspended _,
                        MachineState.Deleting _,
                        MachineState.Failed _,
                        MachineState.Unknown _ -> Optional.empty();
            };
        }

        private static int heard(Situation situation, MachineState.Warming warming) {
            return situation
                    .guest()
                    .flatMap(Observations.Sight::health)
                    .flatMap(GuestHealth::percent)
                    .orElse(warming.percent());
        }

        private static Optional<Boot> boot(Situation situation, Instant started, boolean first, int percent) {
            return Optional.of(new Boot(
                    Words.stage(situation.state().power()),
                    percent,
                    started,
                    situation.spec().power().wakeDeadline(started, first),
                    first));
        }

        /** Time until serving, if past wakes tell; not below zero. */
        Optional<Duration> left(double share, Situation situation) {
            BootHistory boots = situation.state().boots();
            return situation
                    .state()
                    .wake()
                    .flatMap(Wake::current)
                    .filter(current -> current.stage().equals(stage))
                    .flatMap(current -> boots.rest(stage, share, firstBoot)
                            .map(rest -> less(rest, current.since(), situation.now())))
                    .or(() -> boots.quantile(share, firstBoot).map(whole -> less(whole, startedAt, situation.now())));
        }

        private static Duration less(Duration whole, Instant since, Instant now) {
            Duration left = whole.minus(Duration.between(since, now));
            return left.isNegative() ? Duration.ZERO : left;
        }
    }
}
