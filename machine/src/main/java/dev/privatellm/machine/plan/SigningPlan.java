// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.pki.Nonce;
import dev.privatellm.machine.pki.SigningPolicy;
import dev.privatellm.machine.power.MachineState;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The leaf of a machine that makes its key itself: asked for with a nonce, found in the machine's guest attribute, judged, signed, and handed over as the
 * next version of the bundle. The generation stays that of the wake or renewal, so that whatever is repeated after a crash meets what was there before.
 * A machine whose software starts anew has lost its key and asks again with the same nonce; it is answered again.
 */
final class SigningPlan {
    /** What stands in the way if a machine asks for what it must not have; the judgement's own word is the code. */
    static final String REFUSED = "RequestRefused";

    /** The machine is seen this often while nothing is heard of it; what it was told last is read from there. */
    private static final Duration INSTANCE_PERIOD = Duration.ofSeconds(10);

    /** A key that was certified is lost at most this long before it is noticed. */
    private static final Duration LOST_PERIOD = Duration.ofSeconds(2);

    private static final Duration SHORTEST_POLL = Duration.ofMillis(20);
    private static final Duration LONGEST_POLL = Duration.ofMillis(250);

    /** A machine that takes longer installs its software first, and minutes of haste would use the project's quota of reads up. */
    private static final Duration HASTE = Duration.ofMinutes(2);

    private static final Duration SLOW_POLL = Duration.ofSeconds(1);

    private SigningPlan() {}

    /** For a machine that boots. */
    static Optional<Plan> booting(Turn turn, MachineState.Booting booting) {
        return turn.state()
                .trust()
                .prepared()
                .filter(next -> next.request().isPresent())
                .flatMap(next ->
                        MachinePlan.withInstance(turn, INSTANCE_PERIOD, found -> booting(turn, booting, next, found)));
    }

    private static Optional<Plan> booting(Turn turn, MachineState.Booting booting, Certificates next, Instance found) {
        if (next.isAwaited()) {
            return requested(turn, next, found, period(turn, booting.since()));
        }
        if (next.secretVersion().isEmpty()) {
            return TrustPlan.upload(turn, next);
        }
        if (turn.state().pending(EffectKind.SET_METADATA).isPresent()) {
            return Optional.empty();
        }
        return TrustPlan.name(turn, found, next, next.secretVersion().get()).or(() -> lost(turn, next, found));
    }

    /** For a machine that serves: told the nonce of the renewal under way, and answered. */
    static Optional<Plan> renewing(Turn turn, Certificates inUse, Certificates next) {
        return MachinePlan.withInstance(turn, Duration.ofSeconds(30), found -> {
            if (turn.state().pending(EffectKind.SET_METADATA).isPresent()) {
                return Optional.empty();
            }
            return inUse.secretVersion()
                    .flatMap(version -> TrustPlan.name(turn, found, next, version))
                    .or(() -> requested(turn, next, found, SLOW_POLL));
        });
    }

    /** Whether a machine asks for a certificate of another key than the one that was certified for it: then that one is lost. */
    static boolean isLost(Turn turn, Certificates certified) {
        return asked(turn, certified) instanceof Look.Seen<SigningPolicy.Judgement>(var judgement, Instant _)
                && judgement instanceof SigningPolicy.Granted(PublicKey key, String _)
                && !certified.isOf(key);
    }

    /** Looks whether the key of a machine that is not heard is lost; empty if it is not, or was looked at lately. */
    static Optional<Plan> lookForLoss(Turn turn, Certificates certified) {
        return Guests.health(turn).isEmpty()
                        && certified.isBoundToABoot()
                        && turn.isDue(asked(turn, certified), LOST_PERIOD)
                ? question(turn, certified).flatMap(Turn::ask)
                : Optional.empty();
    }

    /** A machine that was answered but asks again with another key: the answer came to a program that is no more. */
    static Optional<Plan> lost(Turn turn, Certificates next, Instance found) {
        return lookForLoss(turn, next)
                .or(() -> isLost(turn, next) ? requested(turn, next, found, LOST_PERIOD) : Optional.empty());
    }

    private static Optional<Plan> requested(Turn turn, Certificates next, Instance found, Duration period) {
        Look<SigningPolicy.Judgement> look = asked(turn, next);
        if (turn.isDue(look, period)) {
            return question(turn, next).flatMap(Turn::ask);
        }
        return switch (look) {
            case Look.Never<SigningPolicy.Judgement> _ -> Optional.empty();
            case Look.Failed<SigningPolicy.Judgement>(RuntimeException failure, Instant at) ->
                turn.cannotSee(failure, at);
            case Look.Seen<SigningPolicy.Judgement>(SigningPolicy.Judgement judgement, Instant at) ->
                switch (judgement) {
                    case SigningPolicy.Missing _ -> Turn.waitUntil(at.plus(period), "AwaitingRequest");
                    case SigningPolicy.Refused(String reason, String message) ->
                        Optional.of(new Plan.Wait(
                                at.plus(period),
                                REFUSED,
                                Optional.of(new Plan.Trouble(
                                        REFUSED, reason, "%s: %s".formatted(found.id(), message), Optional.empty()))));
                    case SigningPolicy.Granted(PublicKey key, String _) ->
                        turn.act(new Effect.SignCertificate(next.generation(), key));
                };
        };
    }

    /** What was seen of the request with this nonce by this machine; another one's is as good as none. */
    private static Look<SigningPolicy.Judgement> asked(Turn turn, Certificates certificates) {
        boolean isAbout =
                question(turn, certificates).equals(turn.seen().request().map(Observations.Asked::question));
        return isAbout
                ? turn.seen().request().map(Observations.Asked::judgement).orElse(Look.never())
                : Look.never();
    }

    private static Optional<Question.SigningRequest> question(Turn turn, Certificates certificates) {
        return turn.state()
                .machine()
                .flatMap(machine -> machine.cloudId()
                        .flatMap(cloudId -> certificates
                                .request()
                                .flatMap(request -> Nonce.parse(request.nonce()))
                                .map(nonce -> new Question.SigningRequest(machine.id(), cloudId, nonce))));
    }

    /** A thirtieth of the time that it has taken: hardly more than the wake takes anyway, and few calls. */
    private static Duration period(Turn turn, Instant since) {
        Duration age = Duration.between(since, turn.now());
        return age.compareTo(HASTE) > 0 ? SLOW_POLL : Turn.inSteps(age.dividedBy(30), SHORTEST_POLL, LONGEST_POLL);
    }
}
