// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.pki.RenewalPolicy;
import dev.privatellm.machine.pki.Succession;
import java.util.Optional;

/**
 * The change from one authority to another. While a machine serves it takes three generations of certificates, each of which the machine has to have loaded
 * before the next one is issued: the first makes both sides trust both authorities, the second is issued by the new one, the third is trusted by nothing but
 * the new one. The old key goes last, so that whatever is interrupted can go on. What has no power has nobody to overlap with: there the new authority takes
 * over at once.
 *
 * <p>An authority whose key somebody else may have is not led out like that. From the moment that this is on record nobody here trusts anything that it has
 * signed: no call goes to the machine, and gateways have no way to it. What comes next is issued by the new authority and trusts it alone, and reaches the
 * machine through the cloud. A machine that does not serve is stopped instead: its next boot is under the new authority.
 */
final class AuthorityPlan {
    /** The reason for stopping a machine that is not worth it. */
    static final String COMPROMISED = "AuthorityCompromised";

    private AuthorityPlan() {}

    /** For a machine without power. */
    static Optional<Plan> asleep(Turn turn) {
        return due(turn)
                .or(() -> turn.state()
                        .trust()
                        .authorityStep()
                        .flatMap(step -> change(
                                turn,
                                step == AuthorityChange.Step.MAKE
                                        ? Effect.ChangeAuthority.Move.REPLACE
                                        : Effect.ChangeAuthority.Move.COMPLETE)));
    }

    /** For a machine that serves: what is done to the keys, before the first of the three generations and after the last. */
    static Optional<Plan> serving(Turn turn) {
        return due(turn)
                .or(() -> turn.state().trust().authorityStep().flatMap(step -> switch (step) {
                    case MAKE ->
                        change(
                                turn,
                                turn.state().trust().isDistrusted()
                                        ? Effect.ChangeAuthority.Move.REPLACE
                                        : Effect.ChangeAuthority.Move.BEGIN);
                    case COMPLETE -> change(turn, Effect.ChangeAuthority.Move.COMPLETE);
                    case TRUST_BOTH, REISSUE, DROP_OLD -> Optional.empty();
                }));
    }

    /** For a machine that has power and does not serve: no boot and no drain is worth the old authority's word. */
    static Optional<Plan> waking(Turn turn) {
        return turn.state().trust().isDistrusted()
                        && turn.state().pending(EffectKind.STOP_INSTANCE).isEmpty()
                ? StopPlan.stop(turn, COMPROMISED)
                : Optional.empty();
    }

    /** The part of the next generation of a machine that serves. */
    static Succession succession(Trust trust) {
        if (trust.isDistrusted()) {
            return Succession.NONE;
        }
        return trust.authorityStep()
                .map(step -> switch (step) {
                    case TRUST_BOTH -> Succession.TRUST_BOTH;
                    case REISSUE -> Succession.REISSUE;
                    case DROP_OLD -> Succession.DROP_OLD;
                    case MAKE, COMPLETE -> Succession.NONE;
                })
                .orElse(Succession.NONE);
    }

    private static Optional<Plan> due(Turn turn) {
        Trust trust = turn.state().trust();
        boolean isEnding = trust.inUse()
                .or(trust::prepared)
                .flatMap(Certificates::authorityEnd)
                .filter(end -> RenewalPolicy.isEnding(end, turn.now()))
                .isPresent();
        return isEnding && trust.authorityChange().isEmpty()
                ? Turn.note(
                        turn.state().with(trust.changingAuthority(AuthorityChange.EXPIRING, false, turn.now())),
                        AuthorityChange.EXPIRING)
                : Optional.empty();
    }

    private static Optional<Plan> change(Turn turn, Effect.ChangeAuthority.Move move) {
        return turn.act(new Effect.ChangeAuthority(move));
    }
}
