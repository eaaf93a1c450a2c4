// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.api.v1alpha1.Annotations;
import dev.privatellm.api.v1alpha1.Placement;
import dev.privatellm.api.v1alpha1.Power;
import dev.privatellm.api.v1alpha1.Software;
import dev.privatellm.api.v1alpha1.Spec;
import dev.privatellm.machine.cloud.Artifact;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.pki.KeyAlgorithm;
import dev.privatellm.machine.pki.ServerKey;
import dev.privatellm.machine.plan.Download;
import dev.privatellm.machine.plan.Foundation;
import dev.privatellm.machine.plan.GuestConfig;
import dev.privatellm.machine.plan.Installation;
import dev.privatellm.machine.plan.MachineSpec;
import dev.privatellm.machine.plan.Names;
import dev.privatellm.machine.plan.Policies;
import dev.privatellm.machine.power.Budget;
import dev.privatellm.machine.power.FirstBoot;
import dev.privatellm.machine.power.PowerSettings;
import dev.privatellm.machine.power.PowerState;
import dev.privatellm.machine.power.Window;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Translates a document into what the decision needs, word for word; decides nothing. */
final class Specification {
    /** Where the guest finds its engine: on its own loopback, always. */
    private static final String ENGINE_URL = "http://127.0.0.1:11434";

    private static final int SECRET_VERSIONS_KEPT = 2;

    private Specification() {}

    static MachineSpec of(Resource resource, Release release) {
        Spec spec = resource.document().spec();
        Foundation foundation = foundation(spec, release);
        return new MachineSpec(
                resource.uid(),
                resource.cluster(),
                resource.epoch(),
                resource.document().metadata().toString(),
                resource.generation(),
                offerings(spec.placement()),
                Duration.ofSeconds(spec.placement().zonePatienceSeconds()),
                foundation,
                spec.placement().image(),
                spec.placement().disk().sizeGb(),
                power(spec.power()),
                new TreeSet<>(spec.network().sourceRanges()),
                KeyAlgorithm.valueOf(spec.security().keyAlgorithm().name()),
                switch (spec.security().serverKey()) {
                    case CSR -> ServerKey.CSR;
                    case UPLOADED -> ServerKey.UPLOADED;
                },
                SECRET_VERSIONS_KEPT,
                guest(spec, installation(resource, foundation, release)),
                switch (spec.network().address()) {
                    case EXTERNAL -> true;
                    case INTERNAL -> false;
                },
                spec.security().secureBoot(),
                policies(spec.policies(), resource.document().annotations()),
                resource.holder());
    }

    private static Policies policies(dev.privatellm.api.v1alpha1.Policies policies, Annotations annotations) {
        return new Policies(
                policies.replace() == dev.privatellm.api.v1alpha1.Policies.Replace.ALLOW,
                policies.deletion() == dev.privatellm.api.v1alpha1.Policies.Deletion.RETAIN,
                policies.kmsDeletion() == dev.privatellm.api.v1alpha1.Policies.KmsDeletion.DELETE,
                policies.management() == dev.privatellm.api.v1alpha1.Policies.Management.OBSERVE,
                annotations.isPaused());
    }

    private static Foundation foundation(Spec spec, Release release) {
        return new Foundation(
                spec.adopt()
                        .instance()
                        .map(name ->
                                new InstanceId(new Zone(spec.placement().zones().getFirst()), new InstanceName(name))),
                spec.adopt().id(),
                spec.network().vpc(),
                spec.network().subnet(),
                spec.network().hostProjectId().orElse(spec.provider().gcp().projectId()),
                spec.network().subnetCidr(),
                spec.provider().gcp().serviceAccount(),
                spec.provider().gcp().projectId() + ".iam.gserviceaccount.com",
                spec.security().hsm(),
                spec.software().guest().isPresent()
                        ? Optional.empty()
                        : release.guest().map(Artifact::sha256));
    }

    /** What the document names is installed as it is; the rest is what we ship. */
    private static Installation installation(Resource resource, Foundation foundation, Release release) {
        Software software = resource.document().spec().software();
        Download guest = software.guest()
                .map(Specification::download)
                .or(() -> foundation.archive().map(sha256 -> kept(resource, foundation, sha256)))
                .orElseThrow(() -> new IllegalStateException("no archive of the guest"));
        return new Installation(
                release.startupScript(),
                guest,
                software.engine().map(Specification::download).orElse(release.engine()));
    }

    private static Download download(Software.Archive archive) {
        return new Download(archive.url(), archive.sha256());
    }

    /** Where our own bucket is read (https://cloud.google.com/storage/docs/request-endpoints#xml-api). */
    private static Download kept(Resource resource, Foundation foundation, String sha256) {
        String bucket = Names.bucket(resource.cluster(), foundation.accountDomain());
        return new Download("https://storage.googleapis.com/%s/%s".formatted(bucket, sha256), sha256);
    }

    /** The user's order: machine types matter more than zones, so a type is tried everywhere before the next; how it is bought matters most. */
    private static List<Offering> offerings(Placement placement) {
        List<ProvisioningModel> ways = switch (placement.provisioning()) {
            case SPOT -> List.of(ProvisioningModel.SPOT);
            case STANDARD -> List.of(ProvisioningModel.STANDARD);
            case SPOT_THEN_STANDARD -> List.of(ProvisioningModel.SPOT, ProvisioningModel.STANDARD);
        };
        List<Offering> offerings = new ArrayList<>();
        for (ProvisioningModel way : ways) {
            for (String machineType : placement.machineTypes()) {
                for (String zone : placement.zones()) {
                    offerings.add(new Offering(way, machineType, new Zone(zone)));
                }
            }
        }
        return offerings;
    }

    private static PowerSettings power(Power power) {
        return new PowerSettings(
                switch (power.powerState()) {
                    case AUTO -> PowerState.AUTO;
                    case RUNNING -> PowerState.RUNNING;
                    case STOPPED -> PowerState.STOPPED;
                },
                switch (power.firstBoot()) {
                    case AT_ONCE -> FirstBoot.AT_ONCE;
                    case ON_DEMAND -> FirstBoot.ON_DEMAND;
                },
                Duration.ofSeconds(power.idleTimeoutSeconds()),
                Duration.ofSeconds(power.startDeadlineSeconds()),
                Duration.ofSeconds(power.firstBootGraceSeconds()),
                Duration.ofSeconds(power.drainTimeoutSeconds()),
                Duration.ofSeconds(power.maxUptimeSeconds()),
                Duration.ofSeconds(power.deadManSeconds()),
                Duration.ofSeconds(power.minUptimeSeconds()),
                power.budget().map(Specification::budget),
                power.schedule().stream().map(Specification::window).toList());
    }

    private static Budget budget(Power.Budget budget) {
        return new Budget(
                BigDecimal.valueOf(budget.monthlyUsd()),
                switch (budget.onExceed()) {
                    case SLEEP -> Budget.OnExceed.SLEEP;
                    case ON_DEMAND_OFF -> Budget.OnExceed.ON_DEMAND_OFF;
                    case WARN -> Budget.OnExceed.WARN;
                });
    }

    private static Window window(Power.Window window) {
        return new Window(
                window.cron(),
                ZoneId.of(window.timeZone()),
                switch (window.action()) {
                    case PRE_WARM -> Window.Action.PRE_WARM;
                    case ON -> Window.Action.ON;
                    case OFF -> Window.Action.OFF;
                });
    }

    private static GuestConfig guest(Spec spec, Installation installation) {
        return new GuestConfig(
                spec.network().port(),
                ENGINE_URL,
                Engine.environment(spec),
                spec.model().name(),
                spec.model().extra(),
                spec.model().contextLength(),
                spec.power().deadManSeconds(),
                spec.power().firstBootGraceSeconds(),
                installation);
    }
}
