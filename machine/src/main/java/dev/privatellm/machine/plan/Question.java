// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.ProjectProvider;
import dev.privatellm.machine.pki.Nonce;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/** Something a decision has to know before it can be made. Asking changes nothing. */
public sealed interface Question {

    /**
     * What a project may have, which image a name stands for, and what the registry says of these models.
     *
     * @param regions where machines may be made
     * @param tasks what we mean to do there
     */
    record ProjectSurvey(
            SortedSet<String> machineTypes,
            SortedSet<String> regions,
            Set<ProjectProvider.Task> tasks,
            SortedSet<String> models,
            String image)
            implements Question {}

    /** What the registry says of these models. */
    record Models(SortedSet<String> models) implements Question {}

    /** Every machine that bears our owner label, in whatever zone. */
    record Machines() implements Question {}

    /** Every machine that bears our resource's label, whoever owns it. */
    record Namesakes() implements Question {}

    /** One machine. */
    record OneMachine(InstanceId id) implements Question {}

    /** Whether the cloud took this machine back since this moment. */
    record Preemption(InstanceId id, String cloudId, Instant since) implements Question {}

    /** What this machine has printed. */
    record Console(InstanceId id) implements Question {}

    /** How far the operation of an intent has come. */
    record Progress(Intent intent) implements Question {}

    /** Our rule as it stands. */
    record OwnRule(String name) implements Question {}

    /** All rules of our kind in the project. */
    record AllRules() implements Question {}

    /** The versions of our secret. */
    record Versions(String secret) implements Question {}

    /**
     * The newest version of our secret that holds this generation.
     *
     * @param pin of the machine's leaf in it; empty for one without
     */
    record UploadedVersion(String secret, long generation, Optional<String> pin) implements Question {}

    /** What a machine asks to have certified with this nonce. */
    record SigningRequest(InstanceId id, String cloudId, Nonce nonce) implements Question {}

    /** What became of a part of the foundation. */
    record OnePart(Part part) implements Question {}

    /** The versions of our key that are kept, and which of them are needed. */
    record KeyVersions(CryptoKey key) implements Question {}

    /** The subnets of a network in every region. */
    record Subnets(String network) implements Question {}

    /** Our own addresses. */
    record Egress() implements Question {}

    /** Whether the certificates of this generation may be used. */
    record Renewal(long generation) implements Question {}
}
