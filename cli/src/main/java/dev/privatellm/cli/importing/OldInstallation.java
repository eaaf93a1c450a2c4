// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.importing;

import dev.privatellm.cli.workstation.CloudPorts;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.SecretVersion;
import dev.privatellm.machine.cloud.ServiceAccount;
import dev.privatellm.machine.cloud.StandingPrices;
import dev.privatellm.machine.cloud.Zone;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the Private LLM agent has made in a project, as far as it stands. Every part is looked at by the name that the agent gave it, and none is believed to be
 * there because another one is. Reads only.
 *
 * @param machine with the models on its disk
 * @param hasKey whether its key stands; that one is never used again, and cannot be removed
 * @param rule who could reach the machine
 * @param secrets what its two sides proved themselves with
 */
public record OldInstallation(
        Names names,
        Optional<Instance> machine,
        boolean hasNetwork,
        boolean hasSubnet,
        Optional<ServiceAccount> account,
        boolean hasKey,
        Optional<FirewallRule> rule,
        List<OldSecret> secrets) {
    private static final String RING = "private-llm-keyring";
    private static final String KEY = "private-llm-key";
    private static final String ACCOUNT = "private-llm-vm";
    private static final String RULE = "private-llm-agent";
    private static final List<String> SECRETS = List.of(
            "private-llm-ca-cert", "private-llm-server-cert", "private-llm-server-key", "private-llm-internal-token");

    public OldInstallation {
        secrets = List.copyOf(secrets);
    }

    /** What its configuration file may name otherwise. */
    public record Names(String project, String zone, String machine, String network, String subnet) {
        InstanceId instance() {
            return new InstanceId(new Zone(zone), new InstanceName(machine));
        }

        String accountEmail() {
            return ACCOUNT + "@" + project + ".iam.gserviceaccount.com";
        }
    }

    /** A secret of it with as many versions as are paid for. */
    public record OldSecret(String name, int versions) {
        public BigDecimal usdPerMonth() {
            return StandingPrices.secretVersions(versions);
        }
    }

    /** Looks for each part. Where an API was never enabled there is none. */
    public static OldInstallation look(Names names, CloudPorts cloud) {
        Optional<Instance> machine = where(() -> cloud.instances().find(names.instance()));
        return new OldInstallation(
                names,
                machine.filter(found -> found.status() != InstanceStatus.DEPROVISIONING),
                where(() -> cloud.networks().find(names.network())).isPresent(),
                where(() -> cloud.networks().subnets(names.network()).stream()
                                .filter(subnet -> subnet.name().equals(names.subnet())
                                        && subnet.region().equals(new Zone(names.zone()).region()))
                                .findFirst())
                        .isPresent(),
                where(() -> cloud.identities().find(ACCOUNT)),
                where(() -> cloud.keys().find(RING, KEY)).isPresent(),
                where(() -> cloud.firewalls().find(RULE)),
                SECRETS.stream().flatMap(name -> secret(name, cloud)).toList());
    }

    private static Stream<OldSecret> secret(String name, CloudPorts cloud) {
        return where(() -> cloud.secrets().owner(name)).stream()
                .map(_ -> new OldSecret(name, (int) cloud.secrets().versions(name).stream()
                        .filter(version -> version.state() != SecretVersion.State.DESTROYED)
                        .count()));
    }

    private static <T> Optional<T> where(Supplier<Optional<T>> look) {
        try {
            return look.get();
        } catch (CloudFailure.ApiDisabled neverUsed) {
            return Optional.empty();
        }
    }

    /** Why it cannot be taken over, one line each; empty if it can. A machine whose account is gone could never read what it is told. */
    public List<String> obstacles() {
        return Stream.of(
                        machine.isPresent()
                                ? Optional.<String>empty()
                                : Optional.of("machine %s is not in zone %s".formatted(names.machine(), names.zone())),
                        missing(hasNetwork, "network " + names.network()),
                        missing(hasSubnet, "subnet " + names.subnet() + " of the machine's region"),
                        missing(account.isPresent(), "service account " + names.accountEmail()))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<String> missing(boolean isThere, String part) {
        return isThere ? Optional.empty() : Optional.of(part + " does not exist");
    }
}
