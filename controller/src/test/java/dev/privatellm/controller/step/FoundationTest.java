// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Provider;
import dev.privatellm.api.v1alpha1.Security;
import dev.privatellm.api.v1alpha1.Spec;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.FakeIdentities;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.ServiceAccount;
import dev.privatellm.machine.cloud.Subnet;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.EffectKind;
import dev.privatellm.machine.plan.Names;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the machine stands on: network, subnet, key, account and the right to read its secret. */
class FoundationTest {
    private static final String SHARED = Names.shared("cluster-1");
    private static final String ACCOUNT = World.NAMES.account() + "@" + FakeIdentities.DOMAIN;
    private static final Network OURS = new Network(SHARED, false, Optional.of(new Network.Owner("cluster-1")));

    private final World world = new World();

    @Test
    @DisplayName(
            "before the first machine all it stands on is made, and its account may read its secret and nothing else")
    void makesEverythingBeforeTheFirstMachine() {
        world.wake();

        assertThat(world.cloud.networks().made()).containsExactly(OURS);
        assertThat(world.cloud.networks().madeSubnets())
                .containsExactly(new Subnet("us-central1", SHARED, SHARED, "10.10.0.0/24", true));
        assertThat(world.cloud.keys().all()).singleElement().satisfies(key -> {
            assertThat(key.isHsm()).isTrue();
            assertThat(key.labels()).containsEntry("pllm-cluster", "cluster-1");
        });
        assertThat(world.cloud.identities().all())
                .extracting(ServiceAccount::email)
                .containsExactly(ACCOUNT);
        assertThat(world.cloud.secrets().admits(World.NAMES.secret(), ACCOUNT)).isTrue();
        assertThat(machine().network()).isEqualTo(SHARED);
        assertThat(machine().subnet()).isEqualTo(SHARED);
        assertThat(machine().serviceAccount()).isEqualTo(ACCOUNT);
        assertThat(world.cloud.firewalls().all().getFirst().network()).isEqualTo(SHARED);
    }

    @Test
    void looksAtNoneOfItWhenTheMachineIsOnlyStarted() {
        world.wake();
        world.sleep();
        long looks = looks();

        world.wake();

        assertThat(looks()).isEqualTo(looks);
    }

    private long looks() {
        return List.of(
                        "areEnabled",
                        "findNetwork",
                        "subnets",
                        "findKey",
                        "admitsSecrets",
                        "findAccount",
                        "findBucket",
                        "holds",
                        "bucketAdmits",
                        "admits")
                .stream()
                .mapToLong(world.cloud.faults()::count)
                .sum();
    }

    @Test
    @DisplayName("whatever the user names is used as it is, and nothing beside it is made")
    void usesWhatTheUserNames() {
        String account = "mine@" + FakeIdentities.DOMAIN;
        world.cloud.identities().plant(new ServiceAccount("mine", account, ""));
        world.cloud.networks().plant(new Network("office", false, Optional.empty()));
        world.cloud.networks().plant(new Subnet("us-central1", "machines", "office", "10.0.0.0/20", false));
        world.document = document(
                Optional.of(account),
                new dev.privatellm.api.v1alpha1.Network(
                        Optional.of("office"),
                        Optional.of("machines"),
                        Optional.empty(),
                        "10.10.0.0/24",
                        dev.privatellm.api.v1alpha1.Network.Address.EXTERNAL,
                        8080,
                        List.of()),
                false);

        world.wake();

        assertThat(world.effects.stream()
                        .filter(entry -> entry.kind() == EffectKind.MAKE_PART)
                        .map(entry -> entry.target().substring(0, entry.target().indexOf(' '))))
                .containsExactly("APIS", "BUCKET", "ARCHIVE", "BUCKET_ACCESS");
        assertThat(world.cloud.networks().made()).extracting(Network::name).containsExactly("office");
        assertThat(world.cloud.keys().all()).isEmpty();
        assertThat(machine().network()).isEqualTo("office");
        assertThat(machine().subnet()).isEqualTo("machines");
        assertThat(machine().serviceAccount()).isEqualTo(account);
    }

    @Test
    @DisplayName("a machine in another region has a subnet of its own there, whose range overlaps none of the network")
    void makesASubnetInEveryRegionItGoesTo() {
        world.document = World.sample("", "llama3.2:3b", "us-central1-a, europe-west4-a");
        world.cloud.networks().plant(OURS);
        world.cloud.networks().plant(new Subnet("asia-east1", "by-hand", SHARED, "10.10.1.0/24", true));
        world.cloud
                .instances()
                .exhaust(new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone("us-central1-a")));

        world.wake();

        assertThat(world.cloud.networks().madeSubnets())
                .extracting(Subnet::region, Subnet::cidr)
                .extracting(Object::toString)
                .containsExactlyInAnyOrder(
                        "(\"asia-east1\", \"10.10.1.0/24\")",
                        "(\"us-central1\", \"10.10.0.0/24\")",
                        "(\"europe-west4\", \"10.10.2.0/24\")");
        assertThat(world.cloud.instances().all())
                .extracting(found -> found.id().zone())
                .containsExactly(new Zone("europe-west4-a"));
    }

    private static final String TWO_REGIONS = "us-central1-a, us-central1-b, europe-west4-a";

    private void assertGoesToTheOtherRegion(String said) {
        assertThat(world.cloud.instances().all())
                .extracting(found -> found.id().zone())
                .containsExactly(new Zone("europe-west4-a"));
        assertThat(world.last.status().blocks()).hasSize(2).allSatisfy(block -> {
            assertThat(block.zone()).startsWith("us-central1-");
            assertThat(block.scope()).isEqualTo("WHOLE_REGION");
            assertThat(block.detail()).get().asString().contains("us-central1", said);
        });
    }

    @Test
    @DisplayName("P6 a region in which no subnet can be made keeps nobody from another one, and status says why")
    void goesToAnotherRegionWhereASubnetIsRefused() {
        world.document = World.sample("", "llama3.2:3b", TWO_REGIONS);
        world.cloud
                .faults()
                .failNext(
                        "insertSubnet",
                        new CloudFailure.InvalidRequest("invalid", "the range overlaps a peer's", null));

        world.wake();

        assertGoesToTheOtherRegion("the range overlaps a peer's");
    }

    @Test
    @DisplayName("P6 an operation that fails to make a subnet speaks against its region alone, too")
    void goesToAnotherRegionWhereTheOperationFails() {
        world.document = World.sample("", "llama3.2:3b", TWO_REGIONS);
        world.cloud
                .faults()
                .failNextOperation(
                        "insertSubnet",
                        new CloudFailure.QuotaExceeded("QUOTA_EXCEEDED", "SUBNETWORKS is 0", false, null));

        world.wake();

        assertGoesToTheOtherRegion("SUBNETWORKS is 0");
    }

    @Test
    @DisplayName(
            "P6 a region that lacks the subnet of the user's keeps nobody from another one: no zone of it is tried twice")
    void goesToAnotherRegionWhereTheSubnetIsMissing() {
        world.document = World.sample(
                "", "llama3.2:3b", TWO_REGIONS, "machineTypes: [g2-standard-8]", "vpc: office, subnet: machines");
        world.cloud.networks().plant(new Network("office", false, Optional.empty()));
        world.cloud.networks().plant(new Subnet("europe-west4", "machines", "office", "10.0.0.0/20", false));
        world.cloud
                .faults()
                .failNext(
                        "insert",
                        new CloudFailure.RegionUnavailable(
                                "notFound",
                                "The resource 'projects/p/regions/us-central1/subnetworks/machines' was not found",
                                null));

        world.wake();

        assertGoesToTheOtherRegion("subnetworks/machines");
        assertThat(world.cloud.faults().count("insert")).isEqualTo(2);
    }

    @Test
    @DisplayName(
            "P6 where every region is out of the question for want of a subnet, that is told, and not a want of machines")
    void tellsThatNoRegionHasTheSubnet() {
        world.cloud
                .faults()
                .failEvery(
                        "insertSubnet",
                        new CloudFailure.InvalidRequest("invalid", "the range overlaps a peer's", null));

        world.request();
        world.step();
        world.until(() -> world.condition("Stalled").isPresent());

        assertThat(world.condition("Stalled")).contains("TRUE/InvalidSpec");
        assertThat(world.last.status().message()).contains("us-central1: the range overlaps a peer's");
        assertThat(world.cloud.faults().count("insertSubnet")).isEqualTo(1);
        assertThat(world.cloud.instances().all()).isEmpty();
    }

    @Test
    @DisplayName("what somebody removed by hand is made again before the next machine")
    void makesAgainWhatSomebodyRemoved() {
        world.wake();
        world.sleep();
        world.cloud
                .instances()
                .removeFromOutside(world.cloud.instances().all().getFirst().id());
        world.cloud.networks().remove(SHARED);
        world.cloud.identities().delete(World.NAMES.account());

        world.wake();

        assertThat(world.cloud.networks().made()).containsExactly(OURS);
        assertThat(world.cloud.networks().madeSubnets()).hasSize(1);
        assertThat(world.cloud.identities().all()).hasSize(1);
        assertThat(world.served).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"network", "key", "account"})
    @DisplayName("something of somebody else's under our name is said and left alone, and no machine is made on it")
    void leavesAloneWhatBelongsToSomebodyElse(String kind) {
        switch (kind) {
            case "network" ->
                world.cloud
                        .networks()
                        .plant(new Network(SHARED, false, Optional.of(new Network.Owner("somebody-else"))));
            case "key" ->
                world.cloud.keys().plant(new CryptoKey(SHARED, SHARED, true, Map.of("pllm-cluster", "somebody-else")));
            default ->
                world.cloud.identities().plant(new ServiceAccount(World.NAMES.account(), ACCOUNT, "somebody-else"));
        }
        world.request();

        world.passes(Duration.ofMinutes(5));

        assertThat(world.condition("Stalled")).contains("TRUE/ManagementConflict");
        assertThat(world.last.status().conditions())
                .anySatisfy(condition -> assertThat(condition.message()).contains("somebody-else"));
        assertThat(world.cloud.instances().all()).isEmpty();
        assertThat(world.cloud.faults().calls()).doesNotContain("insert", "ensure");
    }

    @Test
    @DisplayName("once the conflict is gone a wake by hand goes on at once")
    void goesOnOnceTheConflictIsGone() {
        world.cloud.networks().plant(new Network(SHARED, false, Optional.of(new Network.Owner("somebody-else"))));
        world.request();
        world.until(() -> world.power() instanceof MachineState.Failed);
        world.cloud.networks().remove(SHARED);

        world.requests = new PowerRequests(Optional.of("by hand"), Optional.empty(), PowerRequests.Order.NONE);
        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.cloud.networks().made()).containsExactly(OURS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "enable",
                "insertNetwork",
                "insertSubnet",
                "ensureKey",
                "admitSecrets",
                "createAccount",
                "createBucket",
                "upload",
                "admitToBucket",
                "admit"
            })
    @DisplayName(
            "P6 a right that is missing for any of it is named, asked for once in ten minutes, and makes no machine")
    void namesTheRightThatIsMissing(String call) {
        world.cloud.faults().failEvery(call, Faults.denied());
        world.request();

        world.passes(Duration.ofMinutes(9));

        assertThat(world.condition("Stalled")).contains("TRUE/PermissionDenied");
        assertThat(world.cloud.faults().count(call)).isEqualTo(1);
        assertThat(world.cloud.instances().all()).isEmpty();

        world.cloud.faults().recover(call);
        world.until(() -> world.power() instanceof MachineState.Serving);
    }

    @Test
    @DisplayName("C13 an account that the cloud does not know yet is waited for, not made again")
    void waitsForAnAccountThatIsNotKnownYet() {
        CloudFailure early = new CloudFailure.NotReady("INVALID_ARGUMENT", "Service account does not exist.", null);
        world.cloud.faults().failNext("admit", early);
        world.cloud.faults().failNext("admit", early);

        world.wake();

        assertThat(world.cloud.faults().count("admit")).isEqualTo(3);
        assertThat(world.cloud.faults().count("createAccount")).isEqualTo(1);
    }

    private InstanceSpec machine() {
        return world.cloud
                .instances()
                .specOf(world.cloud.instances().all().getFirst().id());
    }

    private static PrivateLlm document(
            Optional<String> account, dev.privatellm.api.v1alpha1.Network network, boolean hsm) {
        PrivateLlm usual = World.sample("");
        return new PrivateLlm(
                usual.metadata(),
                new Spec(
                        new Provider(new Provider.Gcp("example-project", account)),
                        usual.spec().placement(),
                        usual.spec().model(),
                        usual.spec().power(),
                        network,
                        new Security(
                                usual.spec().security().keyAlgorithm(),
                                usual.spec().security().serverKey(),
                                hsm,
                                usual.spec().security().secureBoot()),
                        usual.spec().software(),
                        usual.spec().adopt(),
                        usual.spec().policies()));
    }
}
