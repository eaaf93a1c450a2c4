// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.controller.link.GuestWatch;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.ConsoleExcerpt;
import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.ModelRegistry.Listing;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.SecretVersion;
import dev.privatellm.machine.cloud.Subnet;
import dev.privatellm.machine.cloud.Survey;
import dev.privatellm.machine.link.EgressUnknown;
import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.pki.Authorities;
import dev.privatellm.machine.pki.CaSigner;
import dev.privatellm.machine.pki.Fingerprint;
import dev.privatellm.machine.pki.RenewalPolicy;
import dev.privatellm.machine.pki.SecretBundle;
import dev.privatellm.machine.pki.SigningPolicy;
import dev.privatellm.machine.plan.EffectKind;
import dev.privatellm.machine.plan.Intent;
import dev.privatellm.machine.plan.KeyVersions;
import dev.privatellm.machine.plan.Look;
import dev.privatellm.machine.plan.MachineSpec;
import dev.privatellm.machine.plan.Observations;
import dev.privatellm.machine.plan.Part;
import dev.privatellm.machine.plan.PartId;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Question;
import dev.privatellm.machine.plan.Standing;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the questions of a decision through the ports and remembers the answers. What an effect has changed is forgotten at once. */
final class Observer {
    private static final Logger LOG = LoggerFactory.getLogger(Observer.class);

    /** Where a machine that makes its own key asks for a certificate. */
    private static final String REQUEST_ATTRIBUTE = "pllm/csr";

    private final Ports ports;
    private final PartKeeper partKeeper;
    private Look<List<Instance>> machines = Look.never();
    private Look<List<Instance>> namesakes = Look.never();
    private Look<Optional<Instance>> machine = Look.never();
    private Look<Boolean> preempted = Look.never();
    private final Map<String, Look<OperationStatus>> progress = new HashMap<>();
    private Look<Optional<FirewallRule>> ownRule = Look.never();
    private Look<List<FirewallRule>> allRules = Look.never();
    private Look<List<SecretVersion>> versions = Look.never();
    private Look<Optional<SecretVersion>> uploaded = Look.never();
    private final Map<PartId, Look<Standing>> parts = new HashMap<>();
    private Look<List<Subnet>> subnets = Look.never();
    private Look<SortedSet<String>> egress = Look.never();
    private Look<Optional<RenewalPolicy.Renewal>> renewal = Look.never();
    private final Surveyor surveyor;
    private Look<Survey> survey = Look.never();
    private Look<SortedMap<String, Listing>> models = Look.never();
    private Look<ConsoleExcerpt> console = Look.never();
    private Look<KeyVersions> keyVersions = Look.never();
    private Optional<Observations.Asked> request = Optional.empty();
    private Optional<Judged> judged = Optional.empty();

    Observer(Ports ports) {
        this.ports = ports;
        this.partKeeper = new PartKeeper(ports);
        this.surveyor = new Surveyor(ports.project(), ports.models());
    }

    /** All that is known now, with what the guest that is meant was last seen doing. */
    Observations observations(Optional<GuestAddress> guest) {
        guest.ifPresentOrElse(ports.observer()::follow, ports.observer()::forget);
        Optional<Observations.Sight> sight =
                guest.flatMap(_ -> ports.observer().sighting()).map(Observer::sight);
        return new Observations(
                machines,
                namesakes,
                machine,
                preempted,
                progress,
                ownRule,
                allRules,
                versions,
                uploaded,
                parts,
                subnets,
                egress,
                renewal,
                survey,
                models,
                console,
                keyVersions,
                request,
                sight);
    }

    private static Observations.Sight sight(GuestWatch.Sighting sighting) {
        return new Observations.Sight(sighting.guest(), sighting.health(), sighting.failure(), sighting.since());
    }

    /** Finds an answer out and remembers it, or that it could not be found out. */
    void answer(Question question, MachineSpec spec, Instant now) {
        switch (question) {
            case Question.ProjectSurvey wanted -> survey = look(() -> surveyor.survey(wanted), now);
            case Question.Models wanted -> models = look(() -> surveyor.models(wanted.models()), now);
            case Question.Machines _ -> machines = look(() -> ports.instances().findByOwner(spec.uid()), now);
            case Question.Namesakes _ ->
                namesakes = look(() -> ports.instances().findByResource(spec.resourceLabel()), now);
            case Question.OneMachine one ->
                machine = look(() -> ports.instances().find(one.id()), now);
            case Question.Preemption(InstanceId id, String cloudId, Instant since) ->
                preempted = look(() -> ports.instances().wasPreempted(id, cloudId, since), now);
            case Question.Console(InstanceId id) ->
                console = look(
                        () -> ConsoleExcerpt.of(ports.instances().console(id).orElse("")), now);
            case Question.Progress(Intent intent) ->
                progress.put(intent.id().toString(), look(() -> operation(intent), now));
            case Question.OwnRule own -> ownRule = look(() -> ports.firewalls().find(own.name()), now);
            case Question.AllRules _ -> allRules = look(ports.firewalls()::list, now);
            case Question.Versions of -> versions = look(() -> ports.secrets().versions(of.secret()), now);
            case Question.UploadedVersion of -> uploaded = look(() -> versionOf(of), now);
            case Question.OnePart(Part part) -> parts.put(part.id(), look(() -> partKeeper.find(part), now));
            case Question.KeyVersions(CryptoKey key) ->
                keyVersions = look(
                        () -> new KeyVersions(
                                ports.keys().versions(key), ports.secrets().keyVersions(key)),
                        now);
            case Question.Subnets of -> subnets = look(() -> ports.networks().subnets(of.network()), now);
            case Question.Egress _ -> egress = look(ports.egress()::addresses, now);
            case Question.SigningRequest asked ->
                request = Optional.of(new Observations.Asked(asked, look(() -> judge(asked, spec), now)));
            case Question.Renewal(long generation) -> renewal = look(() -> renewal(generation, spec, now), now);
        }
    }

    /** What no port may throw is our own mistake, and tells as little as an answer that was lost: a step that ended with it could not even stop the machine. */
    private static <T> Look<T> look(Supplier<T> source, Instant now) {
        try {
            return new Look.Seen<>(source.get(), now);
        } catch (CloudFailure | EgressUnknown failure) {
            return new Look.Failed<>(failure, now);
        } catch (RuntimeException mistake) {
            LOG.error("a look failed unexpectedly", mistake);
            return new Look.Failed<>(mistake, now);
        }
    }

    private OperationStatus operation(Intent intent) {
        OperationId operation = intent.operation().orElseThrow();
        return switch (intent.kind()) {
            case OPEN_FIREWALL, REPLACE_FIREWALL, CLOSE_FIREWALL ->
                ports.firewalls().operation(operation);
            case INSERT_INSTANCE,
                    START_INSTANCE,
                    STOP_INSTANCE,
                    DELETE_INSTANCE,
                    ADOPT_INSTANCE,
                    SET_METADATA,
                    SET_MACHINE_TYPE,
                    RESIZE_DISK,
                    SET_SCHEDULING,
                    SET_LABELS -> ports.instances().operation(operation);
            case MAKE_PART, REMOVE_PART -> partKeeper.operation(PartId.parse(intent.target()), operation);
            case ENSURE_SECRET,
                    CHANGE_AUTHORITY,
                    ISSUE_CERTIFICATES,
                    SIGN_CERTIFICATE,
                    UPLOAD_BUNDLE,
                    DRAIN_GUEST,
                    LOAD_BUNDLE,
                    ACTIVATE_LINK,
                    DESTROY_VERSION,
                    DESTROY_KEY_VERSION -> throw new IllegalStateException(intent.kind() + " has no operation");
        };
    }

    private SigningPolicy.Judgement judge(Question.SigningRequest question, MachineSpec spec) {
        Optional<String> asked = ports.instances().guestAttribute(question.id(), REQUEST_ATTRIBUTE);
        SigningPolicy.Wanted wanted =
                new SigningPolicy.Wanted(question.nonce(), question.cloudId(), spec.keyAlgorithm());
        boolean isJudged = judged.filter(before ->
                        before.asked().equals(asked) && before.wanted().equals(wanted))
                .isPresent();
        if (!isJudged) {
            judged = Optional.of(new Judged(asked, wanted, new SigningPolicy().judge(asked, wanted)));
        }
        return judged.orElseThrow().judgement();
    }

    /** What a machine asked for, and what was said to that: it asks for the same for as long as it boots. */
    private record Judged(Optional<String> asked, SigningPolicy.Wanted wanted, SigningPolicy.Judgement judgement) {}

    /** The newest version whose content is of the generation, with the machine's leaf if it has one by now. */
    private Optional<SecretVersion> versionOf(Question.UploadedVersion question) {
        for (SecretVersion version : ports.secrets().versions(question.secret())) {
            if (version.state() == SecretVersion.State.ENABLED && holds(version, question)) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    private boolean holds(SecretVersion version, Question.UploadedVersion wanted) {
        SecretBundle.Label label =
                new SecretBundle.Label(wanted.generation(), wanted.pin().map(Fingerprint::new));
        try {
            return SecretBundle.label(ports.secrets().access(version)).equals(Optional.of(label));
        } catch (CloudFailure.NotFound destroyedMeanwhile) {
            return false;
        }
    }

    private Optional<RenewalPolicy.Renewal> renewal(long generation, MachineSpec spec, Instant now) {
        RenewalPolicy.Wanted wanted = new RenewalPolicy.Wanted(
                generation, authorities(), spec.names().serverName(), spec.keyAlgorithm(), spec.serverKey());
        return new RenewalPolicy().decide(ports.epochs().find(generation), wanted, now);
    }

    private Set<X509Certificate> authorities() {
        Authorities kept = ports.issuer().authorities();
        return Stream.concat(Stream.of(kept.current()), kept.successor().stream())
                .map(CaSigner::certificate)
                .collect(Collectors.toSet());
    }

    /** Forgets what an effect of this kind may have changed. */
    void changed(EffectKind kind) {
        switch (kind) {
            case INSERT_INSTANCE,
                    START_INSTANCE,
                    STOP_INSTANCE,
                    DELETE_INSTANCE,
                    ADOPT_INSTANCE,
                    SET_METADATA,
                    SET_MACHINE_TYPE,
                    RESIZE_DISK,
                    SET_SCHEDULING,
                    SET_LABELS -> {
                machines = Look.never();
                namesakes = Look.never();
                machine = Look.never();
                preempted = Look.never();
            }
            case OPEN_FIREWALL, REPLACE_FIREWALL, CLOSE_FIREWALL -> {
                ownRule = Look.never();
                allRules = Look.never();
            }
            case UPLOAD_BUNDLE, DESTROY_VERSION, ENSURE_SECRET -> {
                versions = Look.never();
                uploaded = Look.never();
            }
            case DESTROY_KEY_VERSION -> keyVersions = Look.never();
            case MAKE_PART, REMOVE_PART -> forgetParts();
            case CHANGE_AUTHORITY, ISSUE_CERTIFICATES, SIGN_CERTIFICATE, ACTIVATE_LINK -> {
                renewal = Look.never();
                request = Optional.empty();
            }
            case DRAIN_GUEST -> ports.observer().forget();
            case LOAD_BUNDLE -> {}
        }
    }

    private void forgetParts() {
        parts.clear();
        keyVersions = Look.never();
        subnets = Look.never();
    }

    private static Optional<Instant> startOf(PlanState state) {
        return state.machine().map(dev.privatellm.machine.plan.Machine::startedAt);
    }

    /** Forgets what the record no longer speaks of: the machine, if it is another one now, and operations that are over. */
    void follow(PlanState before, PlanState after) {
        boolean isSame = before.machine()
                .map(dev.privatellm.machine.plan.Machine::id)
                .equals(after.machine().map(dev.privatellm.machine.plan.Machine::id));
        boolean isChanged = Stream.of(EffectKind.SET_METADATA, EffectKind.SET_LABELS, EffectKind.ADOPT_INSTANCE)
                .anyMatch(kind ->
                        before.pending(kind).isPresent() && after.pending(kind).isEmpty());
        if (!isSame || isChanged) {
            machine = Look.never();
        }
        if (!startOf(before).equals(startOf(after))) {
            console = Look.never();
        }
        if (!isSame || !before.predecessor().equals(after.predecessor())) {
            machines = Look.never();
        }
        if (!before.rule().equals(after.rule())) {
            ownRule = Look.never();
        }
        if (!before.operations().equals(after.operations())) {
            forgetParts();
        }
        progress.keySet()
                .removeIf(id -> after.operations().stream()
                        .noneMatch(intent -> intent.id().toString().equals(id)));
    }
}
