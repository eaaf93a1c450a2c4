// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static dev.privatellm.controller.step.Scenes.usual;

import dev.privatellm.machine.cloud.ProvisioningModel;
import java.time.Duration;

/** Each {@link Piece} of a machine's life that is struck at every one of its effects. Each ends at rest: what stands then is compared with what an undisturbed run leaves. */
enum Workload {
    /** Nothing exists. The machine takes longer to boot than an idle one is kept. */
    FIRST_BOOT(Piece.of(World::wake).after(world -> world.guests.pace(Duration.ofSeconds(70), Duration.ofSeconds(20)))),
    WAKE(Piece.of(World::wake).after(Scenes::asleep)),
    SLEEP(Piece.of(World::sleep).after(World::wake)),
    /** A wake of a machine whose key is made here from now on. */
    UPLOADED_KEY(Piece.of(World::wake).after(TrustScenes::asleepWithAnUploadedKey)),
    /** The first two zones have nothing: a lost answer there and a machine in the third would be two bills. New machines are not seen at once. */
    FAIL_OVER(Piece.of(World::wake).after(PowerScenes::goneFromTwoZones)),
    /** The same for a machine that exists: its disk stays behind until another one serves. */
    MOVE_TO_ANOTHER_ZONE(Piece.of(PowerScenes::moves)
            .after(PowerScenes::asleepInAZoneThatHasNothing)
            .with(() -> usual("", "", "ECDSA_P256", "zonePatienceSeconds: 0"))),
    TAKEN_AWAY_WHILE_BOOTING(Piece.of(PowerScenes::isTakenAwayWhileBooting).after(Scenes::asleep)),
    TAKEN_AWAY_WHILE_SERVING(Piece.of(PowerScenes::isTakenAwayWhileServing).after(World::wake)),
    TAKEN_AWAY_AND_NOT_MISSED(Piece.of(PowerScenes::isTakenAwayAndNotMissed).after(World::wake)),
    /** It serves for so long that its certificates are renewed under running streams. */
    RENEWAL(Piece.of(Scenes::secondGeneration).after(TrustScenes::servesForFiveDays)),
    ROTATION_BY_HAND(Piece.of(TrustScenes::rotatesByHand).after(TrustScenes::servesAStream)),
    /** Another authority takes the place of the one that signs, under running streams. */
    NEW_AUTHORITY(Piece.of(TrustScenes::takesAnotherAuthority).after(TrustScenes::servesWithARuleAtOnce)),
    /** Somebody has the authority's key: nobody believes it any more before there is another one, and streams are cut. */
    STOLEN_AUTHORITY(Piece.of(world -> Scenes.changesAuthority(world, true)).after(World::wake)),
    /** The user's own machine, which stands without power, becomes ours. */
    ADOPTION(Piece.of(World::wake).after(world -> OldInstallation.standIn(world, ProvisioningModel.SPOT))),
    /** The document asks for another type and a larger disk while it serves: the same machine becomes so at its next wake. */
    MACHINE_CHANGE(Piece.of(PowerScenes::changes).after(World::wake)),
    /** Our own address becomes another one while it serves. */
    EGRESS_CHANGE(Piece.of(TrustScenes::isCalledFromElsewhere).after(Scenes::servesAStream)),
    /** Somebody asks while the guest drains already. Whoever takes over meanwhile has put it to sleep before anybody can have second thoughts. */
    SECOND_THOUGHTS(Piece.of(PowerScenes::hasSecondThoughts).after(World::wake).sparing(Fate.OVERTAKEN)),
    /** Its document says that it shall not run, with an answer running, and later that it may again. */
    PAUSE_AND_RESUME(Piece.of(PowerScenes::pausesAndResumes).after(Scenes::servesAStream)),
    /** Its document is paused for a while in the middle of a wake. */
    PAUSED_ON_ITS_WAY(Piece.of(PowerScenes::isPausedOnItsWay).after(Scenes::asleep)),
    LOCK_DOWN(Piece.of(EndScenes::locksDown).after(World::wake)),
    REMOVAL_WHILE_ASLEEP(Piece.of(EndScenes::removes).after(Scenes::asleep)),
    REMOVAL_WHILE_SERVING(Piece.of(EndScenes::removes).after(World::wake)),
    REMOVAL_WITH_KEY(Piece.of(EndScenes::removesWithKey).after(Scenes::asleep)),
    RETENTION(Piece.of(EndScenes::retains).after(World::wake)),
    /** Somebody wakes a machine for the first time, and changes his mind as soon as the blow has fallen, or when it serves. */
    REMOVAL_AFTER_THE_BLOW(Piece.struck(EndScenes::removesAfterTheBlow).ofAnyLength()),
    /** While the first parts are made the document comes to name a model that nobody has. */
    REFUSED_INPUT(Piece.of(OthersScenes::comesToAskForWhatIsNot)),
    /** The record is gone, the zone that comes first has machines again, and the list of machines is not to be had at first. */
    RECORD_LOST(Piece.of(World::wake).after(OthersScenes::losesTheRecord)),
    /** Somebody else has a machine under our name by now. */
    FOREIGN_MACHINE(Piece.of(OthersScenes::refused).after(OthersScenes::losesTheMachineToSomebody)),
    /** Another controller of the same resource holds the sleeping machine, and does not renew its claim. */
    HELD_BY_ANOTHER(Piece.of(World::wake).after(OthersScenes::isHeldByAnother)),
    /** Somebody else has a firewall rule under our name. */
    FOREIGN_RULE(Piece.of(OthersScenes::refused).after(OthersScenes::losesTheRuleToSomebody)),
    /** Somebody else has a secret under our name. */
    FOREIGN_SECRET(Piece.of(OthersScenes::refused).after(world -> Bystanders.secret(world, World.NAMES.secret())));

    // None of its parts keeps anything.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Piece piece;

    Workload(Piece piece) {
        this.piece = piece;
    }

    Piece piece() {
        return piece;
    }
}
