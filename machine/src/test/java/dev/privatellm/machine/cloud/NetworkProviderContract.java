// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@link NetworkProvider} promises, whoever fills it. */
public abstract class NetworkProviderContract extends CloudContract {
    private static final String NETWORK = NAME.value();
    private static final String REGION = ZONE.region();
    private static final String OTHER_REGION = "europe-west4";

    /** How often two calls may be further apart than the first one's operation takes. */
    private static final int TRIES = 20;

    protected abstract NetworkProvider networks();

    @Test
    @DisplayName("P6 only the cloud's word that there is none counts as none")
    void findsNoNetworkThatIsNotThere() {
        assertThat(networks().find(NETWORK)).isEmpty();
        assertThat(networks().subnets(NETWORK)).isEmpty();
    }

    @Test
    void makesANetworkWithoutSubnetsThatSaysWhoseItIs() {
        made(network(NETWORK));

        assertThat(networks().find(NETWORK)).contains(network(NETWORK));
        assertThat(networks().subnets(NETWORK)).isEmpty();
    }

    @Test
    void findsTheNetworkThatEveryProjectHasAsNobodys() {
        assertThat(networks().find("default")).contains(new Network("default", true, Optional.empty()));
    }

    @Test
    void makesOneNetworkOfOneRequest() {
        RequestId request = newRequest();

        OperationId first = networks().insert(network(NETWORK), request);

        assertThat(networks().insert(network(NETWORK), request)).isEqualTo(first);
        done(first);
        assertThat(networks().find(NETWORK)).contains(network(NETWORK));
    }

    @Test
    void refusesASecondNetworkOfThatName() {
        made(network(NETWORK));

        assertThatThrownBy(() -> networks().insert(network(NETWORK), newRequest()))
                .isInstanceOf(CloudFailure.AlreadyExists.class);
    }

    @Test
    void makesASubnetInEachRegionAndListsThoseOfTheNetworkAlone() {
        Subnet here = new Subnet(REGION, NETWORK, NETWORK, "10.10.0.0/24", true);
        Subnet there = new Subnet(OTHER_REGION, NETWORK, NETWORK, "10.10.1.0/24", false);
        Subnet another = new Subnet(REGION, "pllm-ffffffffffff", "pllm-ffffffffffff", "10.10.0.0/24", true);
        made(network(NETWORK));
        made(network("pllm-ffffffffffff"));

        made(here);
        made(there);
        made(another);

        eventually(() -> networks().subnets(NETWORK).size() == 2);
        assertThat(networks().subnets(NETWORK)).containsExactlyInAnyOrder(here, there);
    }

    @Test
    void makesOneSubnetOfOneRequest() {
        made(network(NETWORK));
        RequestId request = newRequest();

        OperationId first = networks().insertSubnet(subnet(NETWORK, "10.10.0.0/24"), request);

        assertThat(first.region()).contains(REGION);
        assertThat(networks().insertSubnet(subnet(NETWORK, "10.10.0.0/24"), request))
                .isEqualTo(first);
        done(first);
        eventually(() -> networks().subnets(NETWORK).equals(List.of(subnet(NETWORK, "10.10.0.0/24"))));
    }

    @Test
    void refusesASecondSubnetOfThatNameInThatRegion() {
        made(network(NETWORK));
        made(subnet(NETWORK, "10.10.0.0/24"));

        assertThat(failure(() -> networks().insertSubnet(subnet(NETWORK, "10.10.7.0/24"), newRequest())))
                .isInstanceOf(CloudFailure.AlreadyExists.class);
    }

    @Test
    void refusesARangeThatOverlapsAnotherInWhicheverRegion() {
        made(network(NETWORK));
        made(new Subnet(OTHER_REGION, "pllm-other", NETWORK, "10.10.0.0/16", true));

        assertThat(failure(() -> networks().insertSubnet(subnet(NETWORK, "10.10.3.0/24"), newRequest())))
                .isInstanceOf(CloudFailure.InvalidRequest.class);
    }

    @Test
    void cannotMakeASubnetOfANetworkThatIsNotThere() {
        assertThatThrownBy(() -> networks().insertSubnet(subnet(NETWORK, "10.10.0.0/24"), newRequest()))
                .isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void takesASecondChangeWhileTheFirstIsUnderWayForTooEarly() {
        networks().subnets(NETWORK);

        assertThat(tooEarly()).isInstanceOf(CloudFailure.NotReady.class);
    }

    /** A subnet asked for before its network is done; again with another network if that was done by then. */
    private CloudFailure tooEarly() {
        for (int i = 0; i < TRIES; i++) {
            String name = "pllm-%012d".formatted(i);
            OperationId network = networks().insert(network(name), newRequest());
            try {
                networks().insertSubnet(subnet(name, "10.10.0.0/24"), newRequest());
            } catch (CloudFailure e) {
                done(network);
                return e;
            }
        }
        throw new AssertionError("every one of %d networks was done before the next call".formatted(TRIES));
    }

    @Test
    @DisplayName("P5 a network goes only when nothing needs it any more")
    void keepsANetworkThatHasASubnet() {
        made(network(NETWORK));
        made(subnet(NETWORK, "10.10.0.0/24"));

        assertThat(failure(() -> networks().delete(NETWORK, newRequest()))).isInstanceOf(CloudFailure.InUse.class);
        assertThat(networks().find(NETWORK)).isPresent();

        done(networks().deleteSubnet(REGION, NETWORK, newRequest()));
        done(networks().delete(NETWORK, newRequest()));
        assertThat(networks().find(NETWORK)).isEmpty();
        eventually(() -> networks().subnets(NETWORK).isEmpty());
    }

    @Test
    void cannotRemoveWhatIsNotThere() {
        assertThatThrownBy(() -> networks().delete(NETWORK, newRequest())).isInstanceOf(CloudFailure.NotFound.class);
        assertThatThrownBy(() -> networks().deleteSubnet(REGION, NETWORK, newRequest()))
                .isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void hasForgottenOperationsThatItNeverKnew() {
        assertThat(networks().operation(OperationId.global("operation-never")))
                .isInstanceOf(OperationStatus.Forgotten.class);
        assertThat(networks().operation(OperationId.inRegion(REGION, "operation-never")))
                .isInstanceOf(OperationStatus.Forgotten.class);
    }

    private static Network network(String name) {
        return new Network(name, false, Optional.of(new Network.Owner("cluster-1")));
    }

    private static Subnet subnet(String network, String cidr) {
        return new Subnet(REGION, network, network, cidr, true);
    }

    private void made(Network network) {
        done(networks().insert(network, newRequest()));
    }

    private void made(Subnet subnet) {
        done(networks().insertSubnet(subnet, newRequest()));
    }

    private void done(OperationId id) {
        assertThat(end(id)).isInstanceOf(OperationStatus.Done.class);
    }

    private OperationStatus end(OperationId id) {
        eventually(() -> !(networks().operation(id) instanceof OperationStatus.Running));
        return networks().operation(id);
    }

    /** Why a mutation had no effect, whether its call was refused or its operation failed. */
    private CloudFailure failure(Supplier<OperationId> mutation) {
        try {
            OperationStatus end = end(mutation.get());
            if (end instanceof OperationStatus.Failed(CloudFailure failure)) {
                return failure;
            }
            throw new AssertionError("not refused: " + end);
        } catch (CloudFailure e) {
            return e;
        }
    }
}
