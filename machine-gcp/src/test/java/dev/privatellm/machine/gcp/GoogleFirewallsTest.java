// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.FirewallProvider;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class GoogleFirewallsTest {
    private static final String FIREWALLS = "/compute/v1/projects/golden-project/global/firewalls";
    private static final String STORED = """
            {"name": "pllm-0123456789ab-ingress", "network": "https://www.googleapis.com/compute/v1/projects/golden-project/global/networks/default",
             "direction": "INGRESS", "priority": 900, "disabled": false, "allowed": [{"IPProtocol": "tcp", "ports": ["8080"]}],
             "sourceRanges": ["198.51.100.7/32"], "targetTags": ["pllm-tag"],
             "description": "{\\"owner\\":\\"uid-1\\",\\"cluster\\":\\"cluster-1\\",\\"epoch\\":3,\\"expiresAt\\":\\"2026-11-21T10:00:00Z\\"}"}
            """;

    @TempDir
    Path folder;

    private RecordingCloud cloud;
    private GoogleCloudProvider provider;
    private FirewallProvider firewalls;

    @BeforeEach
    void connect() {
        cloud = new RecordingCloud(folder);
        provider = GoogleCloudProvider.open(cloud.settings());
        firewalls = provider.firewalls();
    }

    @AfterEach
    void disconnect() {
        provider.close();
        cloud.close();
    }

    @Test
    void asksForARuleThatAdmitsTheGivenAddressesToOneTagAndSaysWhoseItIs() {
        cloud.answers(Samples.OPERATION);

        OperationId operation = firewalls.insert(Samples.rule("198.51.100.7/32", "203.0.113.9/32"), Samples.REQUEST);

        assertThat(operation).isEqualTo(OperationId.global("operation-1"));
        assertThat(cloud.call().line()).isEqualTo("POST " + FIREWALLS);
        assertThat(cloud.call().query()).containsEntry("requestId", Samples.REQUEST.toString());
        ObjectNode body = (ObjectNode) cloud.call().json();
        assertThat(JsonMapper.shared().readTree(body.remove("description").asString()))
                .isEqualTo(
                        JsonMapper.shared()
                                .readTree(
                                        "{\"owner\": \"uid-1\", \"cluster\": \"cluster-1\", \"epoch\": 3, \"expiresAt\": \"2026-11-21T10:00:00Z\"}"));
        assertThat(body).isEqualTo(JsonMapper.shared().readTree("""
                        {"name": "pllm-0123456789ab-ingress", "network": "global/networks/default", "direction": "INGRESS", "priority": 900,
                         "allowed": [{"IPProtocol": "tcp", "ports": ["8080"]}], "sourceRanges": ["198.51.100.7/32", "203.0.113.9/32"],
                         "targetTags": ["pllm-tag"]}
                        """));
    }

    @Test
    void replacesAndDeletesByName() {
        cloud.answers(Samples.OPERATION).answers(Samples.OPERATION);

        firewalls.replace(Samples.rule("198.51.100.7/32"), Samples.REQUEST);
        firewalls.delete("pllm-0123456789ab-ingress", Samples.REQUEST);

        assertThat(cloud.calls())
                .extracting(RecordingCloud.Call::line)
                .containsExactly(
                        "PUT " + FIREWALLS + "/pllm-0123456789ab-ingress",
                        "DELETE " + FIREWALLS + "/pllm-0123456789ab-ingress");
        assertThat(cloud.calls())
                .allSatisfy(call -> assertThat(call.query()).containsEntry("requestId", Samples.REQUEST.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0/0", "198.51.100.0/24", "198.51.100.7", "::/0", "2001:db8::/64", "any"})
    void refusesARuleThatIsWiderThanSingleAddressesBeforeAnyCall(String source) {
        assertThatThrownBy(() -> firewalls.insert(Samples.rule("198.51.100.7/32", source), Samples.REQUEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(source);
        assertThat(cloud.calls()).isEmpty();
    }

    @Test
    void refusesARuleWithoutSourcesWhichTheCloudWouldReadAsEverybody() {
        assertThatThrownBy(() -> firewalls.insert(Samples.rule(), Samples.REQUEST))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(cloud.calls()).isEmpty();
    }

    @Test
    void refusesMoreSourcesThanOneRuleMayHave() {
        String[] sources = IntStream.rangeClosed(0, FirewallRule.MAX_SOURCES)
                .mapToObj("198.51.100.%d/32"::formatted)
                .toArray(String[]::new);

        assertThatThrownBy(() -> firewalls.insert(Samples.rule(sources), Samples.REQUEST))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsBackTheRuleThatWasWritten() {
        cloud.answers(STORED);

        assertThat(firewalls.find("pllm-0123456789ab-ingress")).contains(Samples.rule("198.51.100.7/32"));
        assertThat(cloud.call().line()).isEqualTo("GET " + FIREWALLS + "/pllm-0123456789ab-ingress");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"disabled\": true",
                "\"direction\": \"EGRESS\"",
                "\"priority\": 1000",
                "\"sourceTags\": [\"bastion\"]",
                "\"sourceServiceAccounts\": [\"a@b\"]",
                "\"targetTags\": [\"pllm-tag\", \"other\"]",
                "\"allowed\": [{\"IPProtocol\": \"tcp\", \"ports\": [\"8080-8090\"]}]",
                "\"allowed\": [{\"IPProtocol\": \"tcp\"}]",
                "\"allowed\": [{\"IPProtocol\": \"udp\", \"ports\": [\"8080\"]}]",
                "\"sourceRanges\": [\"0.0.0.0/0\"]",
                "\"network\": \"projects/golden-project/global/networks/other\""
            })
    void showsARuleThatSomebodyChangedAsAnother(String change) {
        ObjectNode stored = (ObjectNode) JsonMapper.shared().readTree(STORED);
        stored.setAll((ObjectNode) JsonMapper.shared().readTree("{" + change + "}"));
        cloud.answers(stored.toString());

        assertThat(firewalls.find("pllm-0123456789ab-ingress"))
                .hasValueSatisfying(rule -> assertThat(rule).isNotEqualTo(Samples.rule("198.51.100.7/32")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "made by hand",
                "[]",
                "{\"owner\": 1}",
                "{\"owner\":\"u\",\"cluster\":\"c\",\"epoch\":1,\"expiresAt\":\"soon\"}"
            })
    void takesADescriptionOfOtherPeopleForNobodys(String description) {
        assertThat(RuleDescription.read(description)).isEmpty();
    }

    @Test
    void listsOurRulesOfAllPages() {
        cloud.answers("{\"items\": [{\"name\": \"default-allow-ssh\"}, " + STORED + "], \"nextPageToken\": \"p2\"}")
                .answers("{\"items\": [{\"name\": \"pllm-ffffffffffff-ingress\", \"description\": \"?\"}]}");

        assertThat(firewalls.list())
                .extracting(FirewallRule::name)
                .containsExactly("pllm-0123456789ab-ingress", "pllm-ffffffffffff-ingress");
        assertThat(cloud.calls())
                .extracting(RecordingCloud.Call::line)
                .containsExactly("GET " + FIREWALLS, "GET " + FIREWALLS);
        assertThat(cloud.calls().getFirst().query())
                .doesNotContainKey("pageToken")
                .containsEntry("returnPartialSuccess", "false");
    }

    @Test
    @DisplayName("P6 operations of rules are asked of the whole project")
    void asksGlobalOperations() {
        cloud.answers(
                "{\"name\": \"operation-1\", \"status\": \"DONE\", \"error\": {\"errors\": [{\"code\": \"QUOTA_EXCEEDED\", \"message\": \"Quota 'FIREWALLS' exceeded.\"}]}}");

        assertThat(firewalls.operation(OperationId.global("operation-1"))).isInstanceOf(OperationStatus.Failed.class);
        assertThat(cloud.call().line())
                .isEqualTo("GET /compute/v1/projects/golden-project/global/operations/operation-1");
    }
}
