// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.NetworkProvider;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.Subnet;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class GoogleNetworksTest {
    private static final String PROJECT = "/compute/v1/projects/golden-project";
    private static final String NETWORKS = PROJECT + "/global/networks";
    private static final String SUBNETS = PROJECT + "/regions/europe-west4/subnetworks";
    private static final Network NETWORK =
            new Network("pllm-0123456789ab", false, Optional.of(new Network.Owner("cluster-1")));
    private static final Subnet SUBNET =
            new Subnet("europe-west4", "pllm-0123456789ab-eu", "pllm-0123456789ab", "10.10.0.0/24", true);
    private static final String STORED_SUBNET = """
            {"name": "pllm-0123456789ab-eu", "ipCidrRange": "10.10.0.0/24", "privateIpGoogleAccess": true, "purpose": "PRIVATE",
             "network": "https://www.googleapis.com/compute/v1/projects/golden-project/global/networks/pllm-0123456789ab",
             "region": "https://www.googleapis.com/compute/v1/projects/golden-project/regions/europe-west4"}
            """;

    @TempDir
    Path folder;

    private RecordingCloud cloud;
    private GoogleCloudProvider provider;
    private NetworkProvider networks;

    @BeforeEach
    void connect() {
        cloud = new RecordingCloud(folder);
        provider = GoogleCloudProvider.open(cloud.settings());
        networks = provider.networks();
    }

    @AfterEach
    void disconnect() {
        provider.close();
        cloud.close();
    }

    @Test
    void asksForANetworkWithoutSubnetsThatSaysWhoseItIs() {
        cloud.answers(Samples.OPERATION);

        OperationId operation = networks.insert(NETWORK, Samples.REQUEST);

        assertThat(operation).isEqualTo(OperationId.global("operation-1"));
        assertThat(cloud.call().line()).isEqualTo("POST " + NETWORKS);
        assertThat(cloud.call().query()).containsEntry("requestId", Samples.REQUEST.toString());
        ObjectNode body = (ObjectNode) cloud.call().json();
        assertThat(NetworkDescription.read(body.remove("description").asString()))
                .isEqualTo(NETWORK.owner());
        assertThat(body)
                .isEqualTo(JsonMapper.shared()
                        .readTree("{\"name\": \"pllm-0123456789ab\", \"autoCreateSubnetworks\": false}"));
    }

    @Test
    void readsANetworkOfOursAndOneOfOthers() {
        cloud.answers("{\"name\": \"pllm-0123456789ab\", \"autoCreateSubnetworks\": false, \"description\": "
                        + JsonMapper.shared().valueToTree(NetworkDescription.write(new Network.Owner("cluster-1")))
                        + "}")
                .answers(
                        "{\"name\": \"default\", \"autoCreateSubnetworks\": true, \"description\": \"Default network for the project\"}");

        assertThat(networks.find("pllm-0123456789ab")).contains(NETWORK);
        assertThat(networks.find("default")).contains(new Network("default", true, Optional.empty()));
        assertThat(cloud.calls().getFirst().line()).isEqualTo("GET " + NETWORKS + "/pllm-0123456789ab");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ours",
                "[]",
                "{\"cluster\": \"c\"}",
                "{\"managedBy\": \"private-llm\"}",
                "{\"managedBy\": 1}"
            })
    void takesADescriptionOfOtherPeopleForNobodys(String description) {
        assertThat(NetworkDescription.read(description)).isEmpty();
    }

    @Test
    @DisplayName("P6 only the cloud's word that there is none counts as none")
    void tellsNothingFromNotKnown() {
        cloud.answers(404, notFound(NETWORKS + "/pllm-0123456789ab"))
                .answers(404, notFound("projects/golden-project"))
                .answers(503, "{\"error\": {\"code\": 503, \"message\": \"later\"}}");

        assertThat(networks.find("pllm-0123456789ab")).isEmpty();
        assertThatThrownBy(() -> networks.find("pllm-0123456789ab")).isInstanceOf(CloudFailure.InvalidRequest.class);
        assertThatThrownBy(() -> networks.find("pllm-0123456789ab")).isInstanceOf(CloudFailure.Unavailable.class);
    }

    @Test
    void removesByNameAndSaysWhatIsNotThere() {
        cloud.answers(Samples.OPERATION)
                .answers(Samples.OPERATION)
                .answers(404, notFound(NETWORKS + "/pllm-0123456789ab"))
                .answers(404, notFound(SUBNETS + "/pllm-0123456789ab-eu"));

        networks.delete("pllm-0123456789ab", Samples.REQUEST);
        OperationId regional = networks.deleteSubnet("europe-west4", "pllm-0123456789ab-eu", Samples.REQUEST);

        assertThat(regional).isEqualTo(OperationId.inRegion("europe-west4", "operation-1"));
        assertThat(cloud.calls())
                .extracting(RecordingCloud.Call::line)
                .containsExactly(
                        "DELETE " + NETWORKS + "/pllm-0123456789ab", "DELETE " + SUBNETS + "/pllm-0123456789ab-eu");
        assertThat(cloud.calls())
                .allSatisfy(call -> assertThat(call.query()).containsEntry("requestId", Samples.REQUEST.toString()));
        assertThatThrownBy(() -> networks.delete("pllm-0123456789ab", Samples.REQUEST))
                .isInstanceOf(CloudFailure.NotFound.class);
        assertThatThrownBy(() -> networks.deleteSubnet("europe-west4", "pllm-0123456789ab-eu", Samples.REQUEST))
                .isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void asksForASubnetOfItsNetworkInItsRegion() {
        cloud.answers(Samples.OPERATION);

        OperationId operation = networks.insertSubnet(SUBNET, Samples.REQUEST);

        assertThat(operation).isEqualTo(OperationId.inRegion("europe-west4", "operation-1"));
        assertThat(cloud.call().line()).isEqualTo("POST " + SUBNETS);
        assertThat(cloud.call().query()).containsEntry("requestId", Samples.REQUEST.toString());
        assertThat(cloud.call().json()).isEqualTo(JsonMapper.shared().readTree("""
                        {"name": "pllm-0123456789ab-eu", "network": "projects/golden-project/global/networks/pllm-0123456789ab",
                         "ipCidrRange": "10.10.0.0/24", "privateIpGoogleAccess": true}
                        """));
    }

    @Test
    void saysNotFoundOfANetworkThatIsGoneHoweverTheCloudSaysIt() {
        cloud.answers(404, notFound(NETWORKS + "/pllm-0123456789ab"))
                .answers(
                        400,
                        "{\"error\": {\"code\": 400, \"message\": \"Invalid value for field 'resource.network': 'global/networks/pllm-0123456789ab'."
                                + " The referenced network resource cannot be found.\", \"errors\": [{\"reason\": \"invalid\"}]}}");

        assertThatThrownBy(() -> networks.insertSubnet(SUBNET, Samples.REQUEST))
                .isInstanceOf(CloudFailure.NotFound.class);
        assertThatThrownBy(() -> networks.insertSubnet(SUBNET, Samples.REQUEST))
                .isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void listsTheSubnetsOfOneNetworkInEveryRegionAndOnEveryPage() {
        String elsewhere = STORED_SUBNET
                .replace("/networks/pllm-0123456789ab", "/networks/another")
                .replace("europe-west4", "us-east1");
        String namesake = STORED_SUBNET.replace("projects/golden-project/global", "projects/host-project/global");
        cloud.answers(
                        "{\"items\": {\"regions/europe-west4\": {\"subnetworks\": [%s]}, \"regions/asia-east1\": {\"warning\": {\"code\": \"NO_RESULTS_ON_PAGE\"}}}, \"nextPageToken\": \"p2\"}"
                                .formatted(STORED_SUBNET))
                .answers("{\"items\": {\"regions/us-east1\": {\"subnetworks\": [%s, %s, %s]}}}"
                        .formatted(
                                elsewhere,
                                namesake,
                                STORED_SUBNET
                                        .replace("europe-west4", "us-east1")
                                        .replace("0.0/24", "1.0/24")));

        assertThat(networks.subnets("pllm-0123456789ab"))
                .containsExactly(SUBNET, new Subnet("us-east1", SUBNET.name(), SUBNET.network(), "10.10.1.0/24", true));
        assertThat(cloud.calls())
                .extracting(RecordingCloud.Call::line)
                .containsExactly(
                        "GET " + PROJECT + "/aggregated/subnetworks", "GET " + PROJECT + "/aggregated/subnetworks");
        assertThat(cloud.calls().get(1).query())
                .containsEntry("pageToken", "p2")
                .containsEntry("returnPartialSuccess", "false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"unreachables\": [\"regions/us-east1\"]}",
                "{\"warning\": {\"code\": \"UNREACHABLE\"}}",
                "{\"items\": {\"regions/us-east1\": {\"warning\": {\"code\": \"UNREACHABLE\"}}}}"
            })
    @DisplayName("C14 a list of subnets that misses a region is no list")
    void concludesNothingFromAListWithAHole(String page) {
        cloud.answers(page);

        assertThatThrownBy(() -> networks.subnets("pllm-0123456789ab")).isInstanceOf(CloudFailure.Unavailable.class);
    }

    @Test
    @DisplayName("P6 operations of subnets are asked of their region")
    void asksRegionalOperations() {
        cloud.answers(
                "{\"name\": \"operation-1\", \"status\": \"DONE\", \"error\": {\"errors\": [{\"code\": \"RESOURCE_IN_USE_BY_ANOTHER_RESOURCE\", \"message\": \"in use\"}]}}");

        assertThat(networks.operation(OperationId.inRegion("europe-west4", "operation-1")))
                .isInstanceOfSatisfying(
                        OperationStatus.Failed.class,
                        failed -> assertThat(failed.failure()).isInstanceOf(CloudFailure.InUse.class));
        assertThat(cloud.call().line()).isEqualTo("GET " + PROJECT + "/regions/europe-west4/operations/operation-1");
    }

    private static String notFound(String path) {
        return "{\"error\": {\"code\": 404, \"message\": \"The resource '%1$s' was not found\", \"errors\": [{\"message\": \"The resource '%1$s' was not found\", \"domain\": \"global\", \"reason\": \"notFound\"}]}}"
                .formatted(path.replace("/compute/v1/", ""));
    }
}
