// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.importing.AgentFile;
import dev.privatellm.cli.importing.OldInstallation;
import dev.privatellm.cli.workstation.CloudPorts;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.plan.MachineSpec;
import dev.privatellm.machine.sweep.Claims;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes over what the Private LLM agent has made: says what stands and what would become of each part, and writes the document with which the next wake takes
 * the machine over. What is only the agent's is removed later and apart, once the machine is ours.
 *
 * @param talk where people read what is going on
 */
record AdoptOldInstallation(CloudPorts cloud, Consent consent, PrintWriter talk) {

    /**
     * Says what would be taken over, asks, and writes the document.
     *
     * @param file where it is written; one that exists is never replaced
     * @param next the command that goes on
     * @return the exit code
     */
    int adopt(AgentFile.Imported imported, Path file, String next) {
        OldInstallation old = look(imported);
        if (!old.obstacles().isEmpty()) {
            throw new CommandFailure(
                    ExitCodes.MISSING,
                    "this installation cannot be taken over, nothing was changed:\n  "
                            + String.join("\n  ", old.obstacles()));
        }
        Instance machine = old.machine().orElseThrow();
        String owner = machine.labels().getOrDefault(MachineSpec.OWNER_LABEL, "");
        String document = imported.adopting(machine);
        DocumentFile.parse("what the agent's file says", document);
        describe(old, machine);
        talk.println("the document, to be written to %s:".formatted(file));
        document.lines().map(line -> "  " + line).forEach(talk::println);
        imported.notes().forEach(talk::println);
        if (!owner.isEmpty()) {
            talk.println("%s was taken over already (%s: %s): only that installation's state folder goes on with it"
                    .formatted(machine.id(), MachineSpec.OWNER_LABEL, owner));
        }
        talk.flush();
        if (!consent.isGiven("Write %s?".formatted(file))) {
            return consent.answerWithout();
        }
        write(file, document);
        talk.println("written; nothing in the cloud was changed yet. The next wake takes the machine over:  " + next);
        return ExitCodes.DONE;
    }

    private OldInstallation look(AgentFile.Imported imported) {
        return CloudOption.asking(() -> OldInstallation.look(imported.names(), cloud));
    }

    private void describe(OldInstallation old, Instance machine) {
        talk.println(
                "taken over as it is, and named in the document by its number %s, without which nothing is changed:"
                        .formatted(machine.cloudId()));
        talk.println("  machine %s (%s, %s) with its disk and the models on it%s"
                .formatted(
                        machine.id(),
                        machine.machineType(),
                        machine.provisioning(),
                        machine.status() == InstanceStatus.STOPPED
                                ? ""
                                : "; it has power (%s) and is stopped first".formatted(machine.rawStatus())));
        talk.println(
                "  network %s with subnet %s, service account %s: they stay yours, and stay when all else is removed"
                        .formatted(
                                old.names().network(),
                                old.names().subnet(),
                                old.account().orElseThrow().email()));
        talk.println("added beside it:");
        talk.println(
                "  labels, a network tag in place of its present ones, metadata with our startup script, which switches the old services off");
        talk.println(
                "  a secret, a bucket with what the machine installs, its account's right to read both; a firewall rule while it runs");
        talk.println("of no use any more, and removed only by:  private-llm import AGENT_JSON --adopt --retire");
        old.rule()
                .ifPresent(rule ->
                        talk.println("  firewall rule %s for %s: reaches nothing once the machine has another tag"
                                .formatted(rule.name(), String.join(", ", rule.sourceRanges()))));
        old.secrets()
                .forEach(secret -> talk.println("  secret %s with %d versions, %s USD a month"
                        .formatted(secret.name(), secret.versions(), secret.usdPerMonth())));
        if (old.hasKey()) {
            talk.println(
                    "left alone: key private-llm-key in private-llm-keyring; keys can never be removed, and ours is another one");
        }
    }

    private static void write(Path file, String document) {
        try {
            if (file.toAbsolutePath().getParent() != null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
            }
            Files.writeString(file, document, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException exists) {
            throw new CommandFailure(
                    ExitCodes.INVALID, "%s exists and is not replaced; name another one with --file".formatted(file));
        } catch (IOException unwritable) {
            throw new CommandFailure(
                    ExitCodes.MISSING, "%s cannot be written: %s".formatted(file, unwritable.getMessage()));
        }
    }

    /**
     * Removes what was only the agent's, once the machine is ours and has served: before, its own clients may still need it.
     *
     * @param claims what the records of the installation say that took the machine over
     * @return the exit code
     */
    int retire(AgentFile.Imported imported, Claims claims) {
        OldInstallation old = look(imported);
        if (old.rule().isEmpty() && old.secrets().isEmpty()) {
            talk.println("nothing is left of the old installation");
            return ExitCodes.DONE;
        }
        if (old.machine().isEmpty()) {
            throw new CommandFailure(
                    ExitCodes.INVALID,
                    "machine %s is not in zone %s, so nobody knows whether an agent still needs what is left; correct vm_name and zone in the file, or remove it by hand"
                            .formatted(old.names().machine(), old.names().zone()));
        }
        if (old.machine().filter(machine -> !hasServed(machine, claims)).isPresent()) {
            throw new CommandFailure(
                    ExitCodes.INVALID,
                    "machine %s is not taken over yet, or has not served since; wake it first, with the document that names it in spec.adopt.instance (or name with --state whose it is)"
                            .formatted(old.names().machine()));
        }
        talk.println("removed for good:");
        old.rule().ifPresent(rule -> talk.println("  firewall rule " + rule.name()));
        old.secrets().forEach(secret -> talk.println("  secret " + secret.name()));
        talk.flush();
        if (!consent.isGiven("Remove them?")) {
            return consent.answerWithout();
        }
        CloudOption.asking(() -> {
            old.rule().ifPresent(rule -> cloud.firewalls().delete(rule.name(), new RequestId(UUID.randomUUID())));
            old.secrets().forEach(secret -> cloud.secrets().delete(secret.name()));
            return old;
        });
        talk.println("removed");
        return ExitCodes.DONE;
    }

    /** A label alone is a word that anybody may write, and a machine that never came up as ours may have to go back to the agent. */
    private static boolean hasServed(Instance machine, Claims claims) {
        return Optional.ofNullable(machine.labels().get(MachineSpec.OWNER_LABEL))
                .map(claims.resources()::get)
                .flatMap(claimant -> claimant.state().machine())
                .filter(known -> known.id().equals(machine.id()) && known.bootedBefore())
                .isPresent();
    }
}
