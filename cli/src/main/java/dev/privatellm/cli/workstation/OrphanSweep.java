// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.machine.cloud.Asset;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.Inventory;
import dev.privatellm.machine.cloud.LabelTime;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.MachineSpec;
import dev.privatellm.machine.sweep.Claims;
import dev.privatellm.machine.sweep.Finding;
import dev.privatellm.machine.sweep.OrphanPolicy;
import dev.privatellm.machine.sweep.SweepPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, at the start and every {@link #PERIOD} from then on, for machines of this installation that no record of it answers for, and removes what is proved to
 * be left over. Machines only: they are what costs; the rest is shown and removed by {@code gc}. A pass is one list, and two calls more for each machine that
 * is left over. The list is one beside the controller's own, by another label: whatever a wrong label hides from one of the two, the other sees. Whatever cannot be seen or read proves nothing.
 */
final class OrphanSweep implements AutoCloseable {
    static final Duration PERIOD = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(OrphanSweep.class);

    private final Inventory inventory;
    private final InstanceProvider instances;
    private final Supplier<Claims> claims;
    private final String holder;
    private final BooleanSupplier isKept;
    private final InstantSource clock;
    private final CountDownLatch isClosed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("orphan-sweep").unstarted(this::run);

    /** What the last pass found left over, by what tells a machine from another of its name. */
    private Set<String> leftOver = Set.of();

    /**
     * Does nothing until it is started.
     *
     * @param claims reads the records anew
     * @param holder who acts: a machine that another has held, from a copy of these records or from what they were before they were restored, stays for people
     * @param isKept whether nothing is changed in the cloud for now
     */
    OrphanSweep(
            Inventory inventory,
            InstanceProvider instances,
            Supplier<Claims> claims,
            String holder,
            BooleanSupplier isKept,
            InstantSource clock) {
        this.inventory = inventory;
        this.instances = instances;
        this.claims = claims;
        this.holder = holder;
        this.isKept = isKept;
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            do {
                try {
                    pass();
                } catch (RuntimeException mistake) {
                    LOG.error("a look for what is left over failed unexpectedly", mistake);
                }
            } while (!isClosed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks once. Only the sweep's own thread calls this while it runs. */
    void pass() {
        Set<String> before = leftOver;
        leftOver = Set.of();
        if (isKept.getAsBoolean()) {
            return;
        }
        Instant now = clock.instant();
        List<Asset> suspects;
        List<Finding> findings;
        try {
            // What this folder has claimed and has no record of, it needs no more; only another's claim has to be
            // waited for.
            List<Asset> machines = inventory.list(Asset.Kind.MACHINE).stream()
                    .map(machine -> machine.withoutClaimOf(holder))
                    .toList();
            SweepPolicy policy = new SweepPolicy(claims.get(), SweepPolicy.YOUNGEST, Optional.empty());
            suspects = policy.judge(machines, true, OrphanPolicy.ofSecondProof(now)).stream()
                    .filter(Finding::isRemovable)
                    .map(Finding::asset)
                    .toList();
            findings = policy.judge(suspects, true, now);
        } catch (CloudFailure | WorkstationFailure unseen) {
            LOG.debug("nothing was looked for that is left over: {}", unseen.getMessage());
            return;
        }
        findings.forEach(
                finding -> treat(finding, before.contains(finding.asset().cloudId())));
        leftOver = suspects.stream().map(Asset::cloudId).collect(Collectors.toUnmodifiableSet());
    }

    private void treat(Finding finding, boolean wasSo) {
        Asset asset = finding.asset();
        InstanceId id = new InstanceId(new Zone(asset.place()), new InstanceName(asset.name()));
        try {
            instances
                    .find(id)
                    .filter(machine -> isStill(machine, asset))
                    .ifPresent(machine -> treat(finding, machine, wasSo));
        } catch (CloudFailure failure) {
            LOG.warn("nobody answers for {}, which stays until the next look: {}", id, failure.getMessage());
        }
    }

    /** Whether it is the machine that was judged, of the same owner, claimed by nobody since and by nobody else before. */
    private boolean isStill(Instance machine, Asset asset) {
        Optional<String> last = Optional.ofNullable(machine.labels().get(LabelTime.HOLDER));
        boolean isUnclaimed = last.isEmpty() && time(machine, LabelTime.LEASE).equals(asset.heldUntil());
        return (isUnclaimed || last.equals(Optional.of(holder)))
                && machine.cloudId().equals(asset.cloudId())
                && Optional.ofNullable(machine.labels().get(MachineSpec.OWNER_LABEL))
                        .equals(asset.owner());
    }

    private static Optional<Instant> time(Instance machine, String label) {
        return Optional.ofNullable(machine.labels().get(label)).flatMap(LabelTime::read);
    }

    private void treat(Finding finding, Instance machine, boolean wasSo) {
        OrphanPolicy.Verdict verdict =
                OrphanPolicy.decide(finding, time(machine, LabelTime.ORPHAN_SINCE), wasSo, clock.instant());
        switch (verdict) {
            case WAIT -> {}
            case MARK -> {
                Map<String, String> marked = new HashMap<>(machine.labels());
                marked.put(LabelTime.ORPHAN_SINCE, LabelTime.write(clock.instant()));
                instances.setLabels(machine.id(), marked, machine.labelFingerprint(), fresh());
                LOG.warn(
                        "nobody answers for {}: marked, and removed if that is still so in {}",
                        machine.id(),
                        OrphanPolicy.PROOFS_APART);
            }
            case REMOVE -> {
                instances.delete(machine.id(), fresh());
                LOG.warn("{} is removed: {}", machine.id(), finding.why());
            }
        }
    }

    private static RequestId fresh() {
        return new RequestId(UUID.randomUUID());
    }

    @Override
    public void close() {
        isClosed.countDown();
    }
}
