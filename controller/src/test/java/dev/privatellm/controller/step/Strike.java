// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.link.GuestFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Counts the effects and the writes of a run while it is armed, and strikes at one of them. Whatever is called and is not known to be a look, is an effect. */
final class Strike {
    private static final Set<String> LOOKS = Set.of(
            "find",
            "findByOwner",
            "findByResource",
            "wasPreempted",
            "guestAttribute",
            "console",
            "operation",
            "findRule",
            "listRules",
            "operationOfRule",
            "versions",
            "access",
            "owner",
            "admits",
            "findNetwork",
            "subnets",
            "operationOfNetwork",
            "findAccount",
            "findKey",
            "admitsSecrets",
            "encrypts",
            "keyVersions",
            "sealedWith",
            "findBucket",
            "holds",
            "bucketAdmits",
            "uploadOperation",
            "areEnabled",
            "apiOperation",
            "zonesOf",
            "gpuLimits",
            "missingPermissions",
            "image",
            "bytes");

    private static final Set<String> GUEST_CALLS = Set.of("drain", "undrain", "loadBundle");

    /** Steps that another process takes while the first one stands still. */
    private static final int STEPS_OF_A_RIVAL = 12;

    private final Fate fate;
    private final int at;
    private final List<String> effects = new ArrayList<>();
    private final Set<Integer> answered = new HashSet<>();
    private int writes;
    private int mutations;
    private boolean isArmed;
    private boolean hasStruck;

    Strike(Fate fate, int at) {
        this.fate = fate;
        this.at = at;
    }

    /** Counts and never strikes. */
    static Strike never() {
        return new Strike(Fate.DIES_AT_WRITE, Integer.MAX_VALUE);
    }

    Fate fate() {
        return fate;
    }

    void arm(World world) {
        isArmed = true;
        world.cloud.faults().watchedBy((moment, call) -> {
            if (!LOOKS.contains(call)) {
                mutations += moment == Faults.Moment.BEFORE ? 1 : 0;
                effect(world, moment, call);
            }
        });
        world.store.beforeWrite(this::write);
        world.epochs.aroundSave(this::write);
        world.authorities.aroundChange(this::write);
        world.ledger.aroundAppend(this::write);
        world.aroundPublish = this::write;
    }

    void disarm() {
        isArmed = false;
    }

    boolean hasStruck() {
        return hasStruck;
    }

    /** Names of the effects that were passed, in order. */
    List<String> effects() {
        return List.copyOf(effects);
    }

    /** Whether an effect came about. */
    boolean wasAnswered(int effect) {
        return answered.contains(effect);
    }

    /** How many effects there were since it was armed, those after it was disarmed included. */
    int mutations() {
        return mutations;
    }

    int writes() {
        return writes;
    }

    private void effect(World world, Faults.Moment moment, String call) {
        if (!isArmed) {
            return;
        }
        boolean isAfter = moment == Faults.Moment.AFTER;
        if (isAfter) {
            answered.add(effects.size() - 1);
        } else {
            effects.add(call);
        }
        if (fate.isOfEffects() && !hasStruck && effects.size() - 1 == at && isAfter == fate.strikesAfter()) {
            hasStruck = true;
            strike(world, call);
        }
    }

    private void strike(World world, String call) {
        switch (fate) {
            case DIES_BEFORE, DIES_AFTER, DIES_AT_WRITE -> throw new World.Crash();
            case OVERTAKEN -> {
                world.overtake(STEPS_OF_A_RIVAL);
                world.restartsAfterThisStep();
            }
            case ANSWER_LOST, REQUEST_LOST -> {
                world.restartsAfterThisStep();
                throw lost(call);
            }
            case ANSWER_LOST_REMEMBERING, REQUEST_LOST_REMEMBERING -> throw lost(call);
        }
    }

    private static RuntimeException lost(String call) {
        return GUEST_CALLS.contains(call) ? new GuestFailure.Unreachable("lost", null) : Faults.lost();
    }

    private void write() {
        if (!isArmed) {
            return;
        }
        if (fate == Fate.DIES_AT_WRITE && !hasStruck && writes == at) {
            hasStruck = true;
            throw new World.Crash();
        }
        writes++;
    }
}
