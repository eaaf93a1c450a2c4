// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

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
 * @param authorityChange the change of the authority that is under way
 * @param authorityDone the change by hand that was last carried out, as its request named it
 */
public record Trust(
        boolean secretEnsured,
        long lastGeneration,
        Optional<Certificates> inUse,
        Optional<Certificates> prepared,
        long told,
        boolean swept,
        Optional<String> rotationDue,
        Optional<String> rotationDone,
        Optional<AuthorityChange> authorityChange,
        Optional<String> authorityDone) {

    static final Trust NONE = after(0);

    public Trust {
        // A record that was written before there were rotations by hand, or changes of the authority, is one without
        // any.
        rotationDue = rotationDue == null ? Optional.empty() : rotationDue;
        rotationDone = rotationDone == null ? Optional.empty() : rotationDone;
        authorityChange = authorityChange == null ? Optional.empty() : authorityChange;
        authorityDone = authorityDone == null ? Optional.empty() : authorityDone;
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
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The oldest generation that anybody may still use. */
    long oldestNeeded() {
        return inUse.or(() -> prepared).map(Certificates::generation).orElse(lastGeneration + 1);
    }

    /** What is to be done next about the authority; empty if nothing is under way. */
    public Optional<AuthorityChange.Step> authorityStep() {
        return authorityChange.map(change -> change.next(inUse));
    }

    /** Whether nothing may be trusted of what is in use: somebody else may have the key that signed it, and nothing that another one signed is in use yet. */
    public boolean isDistrusted() {
        return authorityChange.filter(AuthorityChange::compromised).isPresent()
                && !authorityStep().equals(Optional.of(AuthorityChange.Step.COMPLETE));
    }

    Trust ensured() {
        return edited(draft -> draft.secretEnsured = true);
    }

    /** Whether there is a secret is not known any more. */
    Trust unensured() {
        return edited(draft -> {
            draft.secretEnsured = false;
            draft.swept = false;
        });
    }

    /** What was uploaded went with the secret. */
    Trust secretGone() {
        return edited(draft -> {
            draft.secretEnsured = false;
            draft.inUse = Optional.empty();
            draft.prepared = Optional.empty();
            draft.told = 0;
            draft.swept = false;
        });
    }

    /** A new generation is what a rotation asks for, whoever had it issued. */
    Trust issued(Certificates next) {
        Trust issued = edited(draft -> {
            draft.lastGeneration = next.generation();
            draft.prepared = Optional.of(next);
        });
        return next.generation() > lastGeneration ? issued.rotated() : issued;
    }

    /** Somebody wants other keys. */
    Trust rotating(Optional<String> request) {
        return edited(draft -> draft.rotationDue = request);
    }

    /** Whatever rotation was due is carried out. */
    Trust rotated() {
        return edited(draft -> {
            draft.rotationDone = rotationDue.or(() -> rotationDone);
            draft.rotationDue = Optional.empty();
        });
    }

    /** Another authority is wanted. */
    Trust changingAuthority(String request, boolean compromised, Instant now) {
        AuthorityChange change = authorityChange
                .map(before -> before.askedAgain(request, compromised, now))
                .orElseGet(() -> new AuthorityChange(request, compromised, now, Optional.empty()));
        return edited(draft -> draft.authorityChange = Optional.of(change));
    }

    /** The new authority is there: beside the old one, or alone, and then nothing of the old one may be prepared any more. */
    Trust authorityMade(String successor) {
        Trust kept = isDistrusted() ? dropPrepared() : this;
        return kept.edited(draft -> draft.authorityChange = authorityChange.map(change -> change.made(successor)));
    }

    /** The new authority is in charge alone. What was prepared under the old one is of no use, and its end concerns nobody. */
    Trust authorityChanged() {
        return edited(draft -> {
            draft.inUse = inUse.map(before ->
                    authorityChange.flatMap(AuthorityChange::successor).equals(Optional.of(before.authority()))
                            ? before
                            : before.ofFormerAuthority());
            draft.prepared = Optional.empty();
            draft.swept = false;
            draft.authorityDone = authorityChange.map(AuthorityChange::request).or(() -> authorityDone);
            draft.authorityChange = Optional.empty();
        });
    }

    Trust uploaded(String version, Instant now) {
        return edited(draft -> {
            draft.prepared = prepared.map(next -> next.uploaded(version, now));
            draft.swept = false;
        });
    }

    Trust told(long generation) {
        return edited(draft -> draft.told = generation);
    }

    /** The prepared generation takes over. Without one nothing changes. */
    Trust activated() {
        return prepared.isEmpty()
                ? this
                : edited(draft -> {
                    draft.inUse = prepared;
                    draft.prepared = Optional.empty();
                    draft.swept = false;
                });
    }

    Trust sweptClean() {
        return edited(draft -> draft.swept = true);
    }

    Trust dropPrepared() {
        return edited(draft -> {
            draft.prepared = Optional.empty();
            draft.swept = false;
        });
    }

    private Trust edited(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** A record in the making, so that a change names what it changes and nothing else. */
    private static final class Draft {
        private boolean secretEnsured;
        private long lastGeneration;
        private Optional<Certificates> inUse;
        private Optional<Certificates> prepared;
        private long told;
        private boolean swept;
        private Optional<String> rotationDue;
        private Optional<String> rotationDone;
        private Optional<AuthorityChange> authorityChange;
        private Optional<String> authorityDone;

        Draft(Trust from) {
            secretEnsured = from.secretEnsured;
            lastGeneration = from.lastGeneration;
            inUse = from.inUse;
            prepared = from.prepared;
            told = from.told;
            swept = from.swept;
            rotationDue = from.rotationDue;
            rotationDone = from.rotationDone;
            authorityChange = from.authorityChange;
            authorityDone = from.authorityDone;
        }

        Trust finished() {
            return new Trust(
                    secretEnsured,
                    lastGeneration,
                    inUse,
                    prepared,
                    told,
                    swept,
                    rotationDue,
                    rotationDone,
                    authorityChange,
                    authorityDone);
        }
    }
}
