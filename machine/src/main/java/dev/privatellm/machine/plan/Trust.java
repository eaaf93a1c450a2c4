// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.util.Optional;

/**
 * Which certificates are meant.
 *
 * @param secretEnsured whether the secret's container is known to exist
 * @param lastGeneration the last generation that was issued, 0 if none
 * @param inUse what gateways and machine use now; empty before the first wake
 * @param prepared what the next boot, or the renewal under way, will use; becomes {@code inUse} once the machine presents it
 * @param told the generation that the running guest was nudged to load, 0 if none
 * @param swept whether superfluous versions are known to be gone since the last change
 * @param rotationDue the rotation by hand that is still to be carried out, as its request named it
 * @param rotationDone the one that was last carried out
 */
public record Trust(
        boolean secretEnsured,
        long lastGeneration,
        Optional<Certificates> inUse,
        Optional<Certificates> prepared,
        long told,
        boolean swept,
        Optional<String> rotationDue,
        Optional<String> rotationDone) {

    static final Trust NONE = after(0);

    public Trust {
        // A record that was written before there were rotations by hand is one without any.
        rotationDue = rotationDue == null ? Optional.empty() : rotationDue;
        rotationDone = rotationDone == null ? Optional.empty() : rotationDone;
    }

    /** What is left to say when everything but the last generation was forgotten: nothing of before is issued, named or trusted again. */
    static Trust after(long lastGeneration) {
        return new Trust(
                false,
                lastGeneration,
                Optional.empty(),
                Optional.empty(),
                0,
                false,
                Optional.empty(),
                Optional.empty());
    }

    /** The oldest generation that anybody may still use. */
    long oldestNeeded() {
        return inUse.or(() -> prepared).map(Certificates::generation).orElse(lastGeneration + 1);
    }

    Trust ensured() {
        return new Trust(true, lastGeneration, inUse, prepared, told, swept, rotationDue, rotationDone);
    }

    /** What was uploaded went with the secret. */
    Trust secretGone() {
        return new Trust(
                false, lastGeneration, Optional.empty(), Optional.empty(), 0, false, rotationDue, rotationDone);
    }

    /** A new generation is what a rotation asks for, whoever had it issued. */
    Trust issued(Certificates next) {
        Trust issued = new Trust(
                secretEnsured, next.generation(), inUse, Optional.of(next), told, swept, rotationDue, rotationDone);
        return next.generation() > lastGeneration ? issued.rotated() : issued;
    }

    /** Somebody wants other keys. */
    Trust rotating(Optional<String> request) {
        return new Trust(secretEnsured, lastGeneration, inUse, prepared, told, swept, request, rotationDone);
    }

    /** Whatever rotation was due is carried out. */
    Trust rotated() {
        return new Trust(
                secretEnsured,
                lastGeneration,
                inUse,
                prepared,
                told,
                swept,
                Optional.empty(),
                rotationDue.or(() -> rotationDone));
    }

    Trust uploaded(String version) {
        return new Trust(
                secretEnsured,
                lastGeneration,
                inUse,
                prepared.map(next -> next.uploaded(version)),
                told,
                false,
                rotationDue,
                rotationDone);
    }

    Trust told(long generation) {
        return new Trust(secretEnsured, lastGeneration, inUse, prepared, generation, swept, rotationDue, rotationDone);
    }

    /** The prepared generation takes over. Without one nothing changes. */
    Trust activated() {
        return prepared.isEmpty()
                ? this
                : new Trust(
                        secretEnsured,
                        lastGeneration,
                        prepared,
                        Optional.empty(),
                        told,
                        false,
                        rotationDue,
                        rotationDone);
    }

    Trust sweptClean() {
        return new Trust(secretEnsured, lastGeneration, inUse, prepared, told, true, rotationDue, rotationDone);
    }

    Trust dropPrepared() {
        return new Trust(
                secretEnsured, lastGeneration, inUse, Optional.empty(), told, false, rotationDue, rotationDone);
    }
}
