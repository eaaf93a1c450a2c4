// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.ConsoleExcerpt;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.ModelRegistry.Listing;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.SecretVersion;
import dev.privatellm.machine.cloud.Subnet;
import dev.privatellm.machine.cloud.Survey;
import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.pki.RenewalPolicy;
import dev.privatellm.machine.pki.SigningPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What was seen of the world, in memory only: a new process has seen nothing and asks again.
 *
 * @param progress of operations, by the intent's request id as text
 * @param console what is worth telling of what the machine has printed since it was given power
 * @param request what the machine asks to have certified, as far as anybody looked
 * @param guest what the guest said last; empty if it is not being followed, or has not been heard of
 */
public record Observations(
        Look<List<Instance>> machines,
        Look<List<Instance>> namesakes,
        Look<Optional<Instance>> machine,
        Look<Boolean> preempted,
        Map<String, Look<OperationStatus>> progress,
        Look<Optional<FirewallRule>> ownRule,
        Look<List<FirewallRule>> allRules,
        Look<List<SecretVersion>> versions,
        Look<Optional<SecretVersion>> uploaded,
        Map<PartId, Look<Standing>> parts,
        Look<List<Subnet>> subnets,
        Look<SortedSet<String>> egress,
        Look<Optional<RenewalPolicy.Renewal>> renewal,
        Look<Survey> survey,
        Look<SortedMap<String, Listing>> models,
        Look<ConsoleExcerpt> console,
        Look<KeyVersions> keyVersions,
        Optional<Asked> request,
        Optional<Sight> guest) {

    /** Nothing was looked at. */
    public static final Observations NONE = new Observations(
            Look.never(),
            Look.never(),
            Look.never(),
            Look.never(),
            Map.of(),
            Look.never(),
            Look.never(),
            Look.never(),
            Look.never(),
            Map.of(),
            Look.never(),
            Look.never(),
            Look.never(),
            Look.never(),
            Look.never(),
            Look.never(),
            Look.never(),
            Optional.empty(),
            Optional.empty());

    public Observations {
        progress = Map.copyOf(progress);
        parts = Map.copyOf(parts);
    }

    /** A look at a machine's request, and of which it was. */
    public record Asked(Question.SigningRequest question, Look<SigningPolicy.Judgement> judgement) {}

    /**
     * What is known of a guest.
     *
     * @param health what it said; empty if it did not answer at this address
     * @param failure why the latest attempt had no answer
     * @param since when this became known
     */
    public record Sight(
            GuestAddress address, Optional<GuestHealth> health, Optional<GuestFailure> failure, Instant since) {}

    Look<Standing> partOf(PartId id) {
        Look<Standing> known = parts.get(id);
        return known == null ? Look.never() : known;
    }

    Look<OperationStatus> progressOf(Intent intent) {
        Look<OperationStatus> known = progress.get(intent.id().toString());
        return known == null ? Look.never() : known;
    }
}
