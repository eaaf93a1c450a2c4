// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.link;

import dev.privatellm.machine.cloud.FakeCloud;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.pki.Fingerprint;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The guests of a fake cloud's machines. Each comes up a while after its machine runs, presents the certificate of the bundle that its metadata names, and is
 * reached only through a firewall rule that admits us. Streams are opened and closed by the test.
 */
public final class FakeGuests implements GuestLink {
    /** Address from which the controller's calls come. */
    public static final String EGRESS = "198.51.100.7";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final FakeCloud cloud;
    private final List<String> calls = new ArrayList<>();
    private final Map<String, String> versions = new HashMap<>();
    private final Map<String, Bundle> bundles = new HashMap<>();
    private final Map<String, String> loaded = new HashMap<>();
    private final Map<String, Instant> toldSince = new HashMap<>();
    private final Map<String, Instant> beats = new HashMap<>();
    private Duration followTime = Duration.ZERO;
    private Duration bootTime = Duration.ofSeconds(2);
    private Duration loadTime = Duration.ofSeconds(3);
    private String bootSuffix = "";
    private String egress = EGRESS;
    private int openStreams;
    private Optional<Instant> lastActivity = Optional.empty();
    private Optional<Instant> drainedSince = Optional.empty();
    private boolean isPreempted;
    private boolean isFailed;
    private Optional<String> failedStep = Optional.empty();
    private Optional<Integer> pulled = Optional.empty();
    private boolean isCutOff;
    private Optional<GuestFailure> answer = Optional.empty();

    private final FakeRequests requests;

    public FakeGuests(FakeCloud cloud) {
        this.cloud = cloud;
        this.requests = new FakeRequests(this::bootOf);
        cloud.instances().guestsWrite((machine, path) -> {
            Instant up = machine.lastStartedAt().orElseThrow().plus(bootTime.dividedBy(2));
            return path.equals("pllm/csr") && !cloud.clock().instant().isBefore(up)
                    ? requests.of(machine)
                    : Optional.empty();
        });
    }

    /** What machines that make their own key ask for. */
    public FakeRequests requests() {
        return requests;
    }

    /** How long a guest takes from its machine's start to its first answer, and from there to being ready. */
    public void pace(Duration newBootTime, Duration newLoadTime) {
        bootTime = newBootTime;
        loadTime = newLoadTime;
    }

    /** From the next look on this step of the installation has failed. */
    public void failsToInstall(String step) {
        failedStep = Optional.of(step);
    }

    /** From the next look on every step of the installation is a success. */
    public void installs() {
        failedStep = Optional.empty();
    }

    /** How long a guest takes to load a bundle that its metadata name while it runs, unless it is told to. */
    public void followAfter(Duration time) {
        followTime = time;
    }

    /** The controller's calls come from another address from now on. */
    public void callsComeFrom(String address) {
        egress = address;
    }

    /** Sets how many streams are open; while any is, the machine is active. */
    public void openStreams(int count) {
        lastActivity = openStreams > 0 || count > 0 ? Optional.of(cloud.clock().instant()) : lastActivity;
        openStreams = count;
    }

    /** The cloud has told the machine that it will be taken. */
    public void preempt() {
        isPreempted = true;
    }

    /** The guest has pulled so many percent of a model, or pulls none. */
    public void pulls(Optional<Integer> percent) {
        pulled = percent;
    }

    /** The guest cannot load its model. */
    public void fail() {
        isFailed = true;
    }

    /** The network between us and every guest is gone, or back. */
    public void cutOff(boolean cut) {
        isCutOff = cut;
    }

    /** Every call has no other answer than this, until {@link #answerAgain()}. */
    public void answerWith(GuestFailure failure) {
        answer = Optional.of(failure);
    }

    /** Calls are answered as usual again. */
    public void answerAgain() {
        answer = Optional.empty();
    }

    /** The guest admits new streams again though nobody told it to. */
    public void forgetDrain() {
        drainedSince = Optional.empty();
    }

    /** The guest refuses new streams though nobody told it to. */
    public void drainByItself() {
        drainedSince = cloud.instances().billable().getFirst().lastStartedAt();
    }

    /** Whether a machine's guest takes new streams now. */
    public boolean isAdmitting(Instance machine) {
        return machine.status() == InstanceStatus.RUNNING
                && machine.lastStartedAt()
                        .filter(at -> !cloud.clock()
                                .instant()
                                .isBefore(at.plus(bootTime).plus(loadTime)))
                        .isPresent()
                && !drainedSince.equals(machine.lastStartedAt());
    }

    /** The guest starts anew by itself. */
    public void reboot() {
        bootSuffix += "-again";
    }

    /** All calls but looks, in order. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    @Override
    public GuestHealth health(GuestAddress guest, long afterSeq, Duration wait) {
        Instance machine = answering(guest);
        Instant now = cloud.clock().instant();
        Instant up = machine.lastStartedAt().orElseThrow().plus(bootTime);
        boolean isReady = !now.isBefore(up.plus(loadTime));
        GuestHealth.State state;
        if (pulled.isPresent()) {
            state = GuestHealth.State.PULLING;
        } else if (isFailed) {
            state = GuestHealth.State.FAILED;
        } else if (isPreempted) {
            state = GuestHealth.State.PREEMPTED;
        } else if (!isReady) {
            state = GuestHealth.State.LOADING;
        } else {
            state = drainedSince.isPresent() ? GuestHealth.State.DRAINING : GuestHealth.State.READY;
        }
        return new GuestHealth(
                Duration.between(Instant.EPOCH, now).toMillis(),
                bootOf(machine),
                machine.cloudId(),
                generation(machine),
                "",
                state,
                pulled.or(() -> Optional.of(isReady ? 100 : 10)),
                models(machine, isReady && pulled.isEmpty() && !isFailed),
                failedStep
                        .map(step -> List.of(
                                new GuestHealth.InstallStep("config", 0),
                                new GuestHealth.InstallStep(step, 65),
                                new GuestHealth.InstallStep("done", 1)))
                        .orElseGet(() -> List.of(
                                new GuestHealth.InstallStep("config", 0), new GuestHealth.InstallStep("done", 0))),
                openStreams,
                openStreams > 0 ? Optional.of(now) : lastActivity,
                Optional.empty(),
                isFailed ? Optional.of("ModelNotFound") : Optional.empty());
    }

    /** What its configuration names; the digest is known once all of it is there. */
    private static List<GuestHealth.Model> models(Instance machine, boolean isThere) {
        String told = machine.metadata().get("pllm-config");
        if (told == null) {
            return List.of();
        }
        String name =
                JsonMapper.shared().readTree(told).path("model").path("name").asString("");
        return List.of(
                new GuestHealth.Model(name, isThere ? Optional.of("sha256:" + name) : Optional.empty(), isThere));
    }

    @Override
    public void heartbeat(GuestAddress guest, String holder, long epoch) {
        beats.put(bootOf(answering(guest)), cloud.clock().instant());
    }

    /**
     * When the first of the machines that run will switch itself off if nobody beats from now on and no stream is open. Empty if none runs.
     *
     * <p>This is the rule that machines keep, written a second time: the code that keeps it is the guest's {@code DeadManSwitch} and the script
     * {@code dead-man.sh}, which this module does not know. That they do, with a guest that works, crashes, hangs or never comes up, is shown by their own
     * tests and on a booted system by {@code e2e/machine/suite.py}; root's part in it may be half a minute late.
     */
    public Optional<Instant> nextSwitchOff(Duration deadMan, Duration firstBootGrace) {
        return running()
                .map(machine -> switchesOffAt(machine, deadMan, firstBootGrace))
                .min(Instant::compareTo);
    }

    /** Machines whose time is over are switched off from within, which the cloud does not know from a stop by anybody else. */
    public void switchOff(Duration deadMan, Duration firstBootGrace) {
        Instant now = cloud.clock().instant();
        running()
                .filter(machine -> !now.isBefore(switchesOffAt(machine, deadMan, firstBootGrace)))
                .toList()
                .forEach(machine -> cloud.instances().stopFromOutside(machine.id()));
    }

    private Stream<Instance> running() {
        return cloud.instances().all().stream().filter(machine -> machine.status() == InstanceStatus.RUNNING);
    }

    /** A boot after one in which a controller was heard is not the first. */
    private Instant switchesOffAt(Instance machine, Duration deadMan, Duration firstBootGrace) {
        String boot = bootOf(machine);
        Instant beat = beats.get(boot);
        boolean isFirst = beats.keySet().stream()
                .noneMatch(other -> other.startsWith(machine.cloudId() + "@") && !other.equals(boot));
        Duration grace = isFirst && firstBootGrace.compareTo(deadMan) > 0 ? firstBootGrace : deadMan;
        return beat == null ? machine.lastStartedAt().orElseThrow().plus(grace) : beat.plus(deadMan);
    }

    @Override
    public int drain(GuestAddress guest, boolean on) {
        Instance machine = answering(guest);
        String call = on ? "drain" : "undrain";
        return cloud.faults().call(call, () -> {
            calls.add(call);
            drainedSince = on ? machine.lastStartedAt() : Optional.empty();
            return openStreams;
        });
    }

    @Override
    public void loadBundle(GuestAddress guest, String secretVersion, long generation) {
        Instance machine = answering(guest);
        cloud.faults().<Optional<Void>>call("loadBundle", () -> {
            calls.add("loadBundle " + generation);
            loaded.put(bootOf(machine), secretVersion);
            return Optional.empty();
        });
    }

    private Instance answering(GuestAddress guest) {
        answer.ifPresent(failure -> {
            throw failure;
        });
        Instance machine = cloud.instances().all().stream()
                .filter(instance -> instance.status() == InstanceStatus.RUNNING)
                .filter(instance ->
                        instance.externalAddress().or(instance::internalAddress).equals(Optional.of(guest.host())))
                .findFirst()
                .orElseThrow(() -> unreachable("nobody at " + guest.host()));
        Instant up = machine.lastStartedAt().orElseThrow().plus(bootTime);
        boolean isAdmitted = cloud.firewalls().all().stream()
                .anyMatch(rule -> cloud.firewalls().admits(egress + "/32", rule.targetTag(), guest.port()));
        if (isCutOff || !isAdmitted || cloud.clock().instant().isBefore(up)) {
            throw unreachable("no answer from " + guest.host());
        }
        if (!drainedSince.equals(machine.lastStartedAt())) {
            drainedSince = Optional.empty();
        }
        String pin = pin(machine);
        if (!pin.equals(guest.pin()) && !guest.nextPin().equals(Optional.of(pin))) {
            throw new GuestFailure.Untrusted("pin " + pin, null);
        }
        return machine;
    }

    private static GuestFailure unreachable(String message) {
        return new GuestFailure.Unreachable(message, null);
    }

    private long generation(Instance machine) {
        return bundle(machine).generation();
    }

    private String pin(Instance machine) {
        return Fingerprint.of(bundle(machine).leaf().orElseThrow()).hex();
    }

    private String bootOf(Instance machine) {
        return machine.cloudId() + "@" + machine.lastStartedAt().orElseThrow() + bootSuffix;
    }

    /** The version that a guest presents: at its boot the one it is told, later another one only after a while. */
    private String presented(Instance machine) {
        String told = versions.computeIfAbsent(
                machine.metadata().get("pllm-config"),
                config -> JSON.readTree(config).path("secretVersion").stringValue());
        String boot = bootOf(machine);
        Instant now = cloud.clock().instant();
        Instant since = toldSince.computeIfAbsent(boot + told, key -> now);
        if (!now.isBefore(since.plus(followTime))) {
            loaded.put(boot, told);
        }
        return loaded.computeIfAbsent(boot, key -> told);
    }

    private Bundle bundle(Instance machine) {
        String version = presented(machine);
        if (!cloud.secrets().isStanding(version)) {
            throw unreachable("the machine cannot read " + version);
        }
        byte[] payload = cloud.secrets().content(version).orElseThrow();
        // A secret that was made again counts its versions from one again.
        Bundle bundle = bundles.computeIfAbsent(version + Arrays.hashCode(payload), _ -> read(payload));
        boolean isReady = bundle.leaf()
                .filter(leaf -> bundle.hasKey() || requests.hasKeyOf(machine, leaf.getPublicKey()))
                .isPresent();
        if (!isReady) {
            throw unreachable("the machine waits for a certificate of its key");
        }
        return bundle;
    }

    private static Bundle read(byte[] payload) {
        JsonNode json = JSON.readTree(payload);
        return new Bundle(
                json.path("generation").longValue(),
                json.has("serverCertificate")
                        ? Optional.of(leaf(json.path("serverCertificate").stringValue()))
                        : Optional.empty(),
                json.has("serverKey"));
    }

    /** What the guest took from a bundle. */
    private record Bundle(long generation, Optional<X509Certificate> leaf, boolean hasKey) {}

    private static X509Certificate leaf(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the bundle holds no certificate", e);
        }
    }
}
