// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.status;

import dev.privatellm.api.v1alpha1.Condition;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.plan.GuestConfig;
import dev.privatellm.machine.plan.ModelCheck;
import dev.privatellm.machine.plan.Observations;
import dev.privatellm.machine.plan.Planner;
import java.util.Optional;

/** Whether the machine has the model that callers get: there with the digest that its guest has confirmed, and loaded. Only what the guest says counts. */
final class ModelReadiness {
    private static final String TYPE = "ModelReady";

    private ModelReadiness() {}

    static Condition of(Situation situation) {
        if (Planner.isAsleep(situation.state().power())) {
            return condition(
                    situation, Condition.Status.FALSE, "Asleep", "loaded with the next wake: " + name(situation));
        }
        return situation
                .guest()
                .flatMap(Observations.Sight::health)
                .map(health -> heard(situation, health))
                .orElseGet(() -> condition(
                        situation,
                        Condition.Status.UNKNOWN,
                        "NotHeard",
                        "the machine has not told how it stands with " + name(situation)));
    }

    private static Condition heard(Situation situation, GuestHealth health) {
        String name = name(situation);
        return switch (health.state()) {
            case BOOTING ->
                condition(situation, Condition.Status.FALSE, "Booting", "after the boot it is the turn of " + name);
            case PULLING ->
                condition(
                        situation,
                        Condition.Status.FALSE,
                        "Pulling",
                        health.percent()
                                .map(percent -> "%s: %d %% are on the disk".formatted(name, percent))
                                .orElse(name + " is being pulled"));
            case LOADING ->
                condition(situation, Condition.Status.FALSE, "Loading", name + " is on the disk and is being loaded");
            case FAILED ->
                condition(
                        situation,
                        Condition.Status.FALSE,
                        "Failed",
                        "%s: %s".formatted(name, health.reason().orElse("the guest says no more")));
            case READY, DRAINING, PREEMPTED -> loaded(situation, health, name);
        };
    }

    private static Condition loaded(Situation situation, GuestHealth health, String name) {
        Optional<GuestHealth.Model> model = health.models().stream()
                .filter(each -> each.name().equals(name))
                .findFirst();
        Optional<String> digest = model.flatMap(GuestHealth.Model::digest);
        if (digest.isEmpty()) {
            return condition(
                    situation,
                    Condition.Status.FALSE,
                    "Unconfirmed",
                    "the engine has not confirmed that %s is on the disk".formatted(name));
        }
        return model.get().loaded()
                ? condition(
                        situation, Condition.Status.TRUE, "Loaded", "%s (%s) is loaded".formatted(name, digest.get()))
                : condition(situation, Condition.Status.FALSE, "Loading", name + " is on the disk and is not loaded");
    }

    /** The model of the document, or the one that the machine keeps as it is not to have that one now. */
    private static String name(Situation situation) {
        return situation
                .state()
                .machine()
                .flatMap(machine ->
                        ModelCheck.kept(machine, situation.change(machine), situation.spec(), situation.state()))
                .map(GuestConfig.Models::name)
                .orElseGet(() -> situation.spec().guest().model());
    }

    private static Condition condition(Situation situation, Condition.Status status, String reason, String message) {
        return new Condition(TYPE, status, reason, message, situation.now());
    }
}
