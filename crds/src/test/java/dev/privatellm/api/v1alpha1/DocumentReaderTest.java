// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentReaderTest {
    private static final String VALID = """
            apiVersion: privatellm.dev/v1alpha1
            kind: PrivateLlm
            metadata: {name: assistant}
            spec:
              provider: {gcp: {projectId: my-project}}
              placement: {zones: [europe-west4-a, europe-west4-b], machineTypes: [g2-standard-8]}
              model: {name: "llama3.2:3b"}
            """;

    @Test
    void fillsInEveryDefault() {
        var document = DocumentReader.read(VALID);

        assertThat(document.metadata()).hasToString("default/assistant");
        assertThat(document.spec().placement().provisioning()).isEqualTo(Placement.Provisioning.SPOT);
        assertThat(document.spec().placement().disk().sizeGb()).isEmpty();
        assertThat(document.spec().placement().zonePatienceSeconds()).isEqualTo(120);
        assertThat(document.spec().model().contextLength()).isEqualTo(262_144);
        assertThat(document.spec().model().parallel()).isEqualTo(1);
        assertThat(document.spec().power())
                .isEqualTo(new Power(
                        Power.PowerState.AUTO,
                        Power.FirstBoot.AT_ONCE,
                        300,
                        86_400,
                        900,
                        1_800,
                        300,
                        900,
                        0,
                        Optional.empty(),
                        List.of()));
        assertThat(document.annotations()).isEqualTo(Annotations.NONE);
        assertThat(document.spec().policies().management()).isEqualTo(Policies.Management.FULL);
        assertThat(document.spec().network().sourceRanges()).isEmpty();
        assertThat(document.spec().security().keyAlgorithm()).isEqualTo(Security.KeyAlgorithm.RSA_4096);
    }

    @Test
    void readsAnAnnotationOfOursAmongThoseOfOthers() {
        String annotated = VALID.replace(
                "{name: assistant}", "{name: assistant, annotations: {team: blue, privatellm.dev/paused: \"true\"}}");

        assertThat(DocumentReader.read(annotated).annotations().isPaused()).isTrue();
        assertThat(DocumentReader.read(annotated.replace("\"true\"", "\"false\""))
                        .annotations()
                        .isPaused())
                .isFalse();
        assertThatThrownBy(() -> DocumentReader.read(annotated.replace("\"true\"", "true")))
                .hasMessageContaining(
                        "metadata.annotations.privatellm.dev/paused: true (expected: true or false, in quotes)");
        assertThatThrownBy(() -> DocumentReader.read(annotated.replace("/paused", "/pausd")))
                .hasMessageContaining("did you mean privatellm.dev/paused?");
    }

    @Test
    void readsHowTheMachineIsBoughtAndHowLongItsZoneIsTried() {
        var document = DocumentReader.read(
                VALID.replace(
                        "machineTypes: [g2-standard-8]",
                        "machineTypes: [g2-standard-8], provisioning: SpotThenStandard, zonePatienceSeconds: 0, disk: {sizeGb: 200}"));

        assertThat(document.spec().placement().provisioning()).isEqualTo(Placement.Provisioning.SPOT_THEN_STANDARD);
        assertThat(document.spec().placement().zonePatienceSeconds()).isZero();
        assertThat(document.spec().placement().disk().sizeGb()).contains(200);
        assertThatThrownBy(
                        () -> DocumentReader.read(
                                VALID.replace(
                                        "machineTypes: [g2-standard-8]",
                                        "machineTypes: [g2-standard-8], provisioning: Cheap, zonePatienceSeconds: 3601, disk: {sizeGb: 9}")))
                .isInstanceOf(InvalidDocument.class)
                .hasMessageContaining("provisioning: Cheap (expected: Spot or Standard or SpotThenStandard)")
                .hasMessageContaining("zonePatienceSeconds: 3601 (expected: a whole number from 0 to 3600)")
                .hasMessageContaining("sizeGb: 9 (expected: absent, or a whole number from 10 to 65536)");
    }

    @Test
    void readsTheDocumentedSample() throws Exception {
        var document = DocumentReader.read(Files.readString(Path.of("..", "docs", "samples", "privatellm.yaml")));

        assertThat(document.spec().power().firstBoot()).isEqualTo(Power.FirstBoot.ON_DEMAND);
        assertThat(document.spec().placement().zones()).hasSizeGreaterThan(1);
    }

    @Test
    @DisplayName("U1 zero means never and absent means the default")
    void zeroIsNever() {
        assertThat(DocumentReader.read(VALID + "  power: {idleTimeoutSeconds: 0}\n")
                        .spec()
                        .power()
                        .idleTimeoutSeconds())
                .isZero();
    }

    @Test
    @DisplayName("U3 every offence is reported at once, each with path, value and expectation")
    void reportsEveryOffenceAtOnce() {
        var failure = refused("""
                apiVersion: privatellm.dev/v1
                kind: PrivateLlm
                metadata: {name: Assistant_1}
                spec:
                  provider: {gcp: {}}
                  placement: {zones: [europe-west4, europe-west4-a, europe-west4-a], machineTypes: []}
                  model: {nmae: x}
                  power: {idleTimeoutSeconds: 5, drainTimeoutSeconds: 900, powerState: Auto1}
                  network: {port: high, sourceRanges: [0.0.0.0/0]}
                  budget: {}
                """);

        assertThat(failure.offences())
                .extracting(Offence::path)
                .containsExactlyInAnyOrder(
                        "apiVersion",
                        "metadata.name",
                        "spec.provider.gcp.projectId",
                        "spec.placement.zones[0]",
                        "spec.placement.zones[2]",
                        "spec.placement.machineTypes",
                        "spec.model.name",
                        "spec.model.nmae",
                        "spec.power.idleTimeoutSeconds",
                        "spec.power.drainTimeoutSeconds",
                        "spec.power.powerState",
                        "spec.network.port",
                        "spec.network.sourceRanges[0]",
                        "spec.budget");
        assertThat(failure.offences()).allSatisfy(offence -> {
            assertThat(offence.value()).isNotEmpty();
            assertThat(offence.expectation()).isNotEmpty();
        });
        assertThat(failure.getMessage())
                .contains(
                        "spec.power.idleTimeoutSeconds: 5 (expected: 0 = never, or a whole number from 60 to 31536000)");
    }

    @ParameterizedTest
    @CsvSource({
        "default, true",
        "model-machine@my-project.iam.gserviceaccount.com, true",
        "123456789-compute@developer.gserviceaccount.com, true",
        "me@example.com, false",
        "'', false",
        "model machine@my-project.iam.gserviceaccount.com, false"
    })
    @DisplayName("U3 the machine's account is an account of Google Cloud, or refused")
    void checksTheServiceAccount(String account, boolean isTaken) {
        String document = VALID.replace(
                "projectId: my-project", "projectId: my-project, serviceAccount: '%s'".formatted(account));

        if (isTaken) {
            assertThat(DocumentReader.read(document).spec().provider().gcp().serviceAccount())
                    .contains(account);
        } else {
            assertThat(refused(document).getMessage()).contains("spec.provider.gcp.serviceAccount");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10.20.0.0/24, true",
        "172.16.4.0/22, true",
        "192.168.8.0/21, true",
        "10.10.1.0/23, false",
        "172.32.0.0/24, false",
        "203.0.113.0/24, false",
        "10.10.0.0/25, false",
        "10.10.0.0, false",
        "10.10.300.0/24, false"
    })
    @DisplayName("U3 the range of a network that is made is a private one that begins where it should, or refused")
    void checksTheRangeOfTheSubnet(String cidr, boolean isTaken) {
        String document = VALID + "\n  network: {subnetCidr: %s}\n".formatted(cidr);

        if (isTaken) {
            assertThat(DocumentReader.read(document).spec().network().subnetCidr())
                    .isEqualTo(cidr);
        } else {
            assertThat(refused(document).getMessage()).contains("spec.network.subnetCidr: " + cidr);
        }
    }

    @Test
    @DisplayName("U3 a subnet of the user's needs its network")
    void refusesASubnetWithoutItsNetwork() {
        assertThat(DocumentReader.read(VALID + "\n  network: {vpc: office, subnet: machines}\n")
                        .spec()
                        .network()
                        .subnet())
                .contains("machines");
        assertThat(refused(VALID + "\n  network: {subnet: machines}\n").getMessage())
                .contains("spec.network.subnet: machines", "spec.network.vpc");
    }

    @Test
    @DisplayName(
            "U3 a shared network needs its subnet by name, and a machine without an external address the addresses of its callers")
    void refusesHalfOfANetwork() {
        String shared = "vpc: office, subnet: machines, hostProjectId: office-host";
        assertThat(DocumentReader.read(VALID + "\n  network: {%s}\n".formatted(shared))
                        .spec()
                        .network()
                        .hostProjectId())
                .contains("office-host");
        assertThat(refused(VALID + "\n  network: {vpc: office, hostProjectId: office-host}\n")
                        .getMessage())
                .contains("spec.network.hostProjectId: office-host", "spec.network.subnet");

        String within = "address: Internal, sourceRanges: [10.0.0.7/32]";
        assertThat(DocumentReader.read(VALID + "\n  network: {%s}\n".formatted(within))
                        .spec()
                        .network()
                        .address())
                .isEqualTo(Network.Address.INTERNAL);
        assertThat(refused(VALID + "\n  network: {address: Internal}\n").getMessage())
                .contains("spec.network.sourceRanges", "spec.network.address is Internal");
    }

    @Test
    @DisplayName("E6 a machine is not taken over before its network and its account are named")
    void takesOverNothingByItsNameAlone() {
        assertThat(refused(VALID + "\n  adopt: {instance: my-machine}\n").getMessage())
                .contains("spec.adopt.instance: my-machine", "spec.network.vpc", "serviceAccount");
        assertThat(refused(VALID + "\n  network: {vpc: office}\n  adopt: {instance: my-machine}\n")
                        .getMessage())
                .contains("spec.adopt.instance: my-machine");
        assertThat(refused(VALID + "\n  adopt: {id: \"4711\"}\n").getMessage())
                .contains("spec.adopt.id: 4711 (expected: spec.adopt.instance beside it)");
        assertThat(refused(VALID + "\n  adopt: {id: 4711}\n").getMessage())
                .contains("spec.adopt.id: 4711 (expected: the number of that machine, in quotes)");
    }

    @Test
    @DisplayName("E2 a type of cache that the engine does not have is refused, and named are those that it has")
    void takesOnlyTheEnginesTypesOfCache() {
        assertThat(DocumentReader.read(VALID).spec().model().kvCacheType()).isEqualTo(Model.KvCacheType.F16);
        assertThat(refused(VALID.replace("model: {", "model: {kvCacheType: bf16, "))
                        .getMessage())
                .contains("spec.model.kvCacheType: bf16 (expected: f16 or q8_0 or q4_0)");
    }

    @Test
    void makesWhatNobodyNames() {
        var spec = DocumentReader.read(VALID).spec();

        assertThat(spec.network().vpc()).isEmpty();
        assertThat(spec.network().subnetCidr()).isEqualTo("10.10.0.0/24");
        assertThat(spec.provider().gcp().serviceAccount()).isEmpty();
        assertThat(spec.security().hsm()).isTrue();
        assertThat(spec.security().secureBoot()).isTrue();
        assertThat(spec.network().hostProjectId()).isEmpty();
        assertThat(spec.network().address()).isEqualTo(Network.Address.EXTERNAL);
        assertThat(spec.security().serverKey()).isEqualTo(Security.ServerKey.CSR);
        assertThat(DocumentReader.read(VALID + "\n  security: {serverKey: Uploaded}\n")
                        .spec()
                        .security()
                        .serverKey())
                .isEqualTo(Security.ServerKey.UPLOADED);
        assertThat(refused(VALID + "\n  security: {serverKey: Elsewhere}\n").getMessage())
                .contains("spec.security.serverKey: Elsewhere (expected: Csr or Uploaded)");
        assertThat(refused(VALID + "\n  security: {hsm: maybe}\n").getMessage())
                .contains("spec.security.hsm: maybe (expected: true or false)");
    }

    @Test
    @DisplayName("U3 a run that could end before its machine serves is refused, with the shortest that can not")
    void refusesARunThatEndsBeforeItServes() {
        assertThat(refused(VALID + "  power: {maxUptimeSeconds: 2159}\n").getMessage())
                .contains("spec.power.maxUptimeSeconds: 2159 (expected: a whole number from 2160 to 31536000)");
        assertThat(refused(VALID + "  power: {maxUptimeSeconds: 3600, firstBootGraceSeconds: 7200}\n")
                        .getMessage())
                .contains("from 7560");
        assertThat(DocumentReader.read(VALID + "  power: {maxUptimeSeconds: 2160}\n")
                        .spec()
                        .power()
                        .maxUptimeSeconds())
                .isEqualTo(2160);
    }

    @Test
    void namesTheFieldThatWasProbablyMeant() {
        assertThat(refused(VALID + "  power: {idleTimeoutSecond: 60}\n").getMessage())
                .contains("did you mean idleTimeoutSeconds?");
    }

    @ParameterizedTest
    @CsvSource({"'a: [', well-formed YAML", "'', apiVersion", "'[1]', an object", "'a: 1\na: 2', well-formed YAML"})
    void refusesWhatIsNoDocument(String text, String said) {
        assertThat(refused(text.replace("\\n", "\n")).getMessage()).contains(said);
    }

    private static InvalidDocument refused(String text) {
        return catchThrowableOfType(InvalidDocument.class, () -> DocumentReader.read(text));
    }

    @Test
    @DisplayName("S8 an archive of one's own is named with its hash and over TLS, or not at all")
    void readsArchivesWithTheirHashes() {
        String hash = "0123456789abcdef".repeat(4);
        PrivateLlm read = DocumentReader.read(
                VALID + "  guest: {archiveUrl: \"https://mirror.example/guest.tar.gz\", sha256: \"" + hash + "\"}\n");
        assertThat(read.spec().software().guest())
                .contains(new Software.Archive("https://mirror.example/guest.tar.gz", hash));
        assertThat(read.spec().software().engine()).isEmpty();

        assertThatThrownBy(() -> DocumentReader.read(
                        VALID + "  engine: {archiveUrl: \"https://mirror.example/engine.tar.zst\"}\n"))
                .hasMessageContaining("spec.engine.sha256");
        assertThatThrownBy(() -> DocumentReader.read(
                        VALID + "  engine: {archiveUrl: \"http://mirror.example/engine\", sha256: \"" + hash + "\"}\n"))
                .hasMessageContaining("https");
    }

    @Test
    void readsABudgetAndASchedule() {
        var power = DocumentReader.read(VALID + """
                  power:
                    budget: {monthlyUsd: 50, onExceed: OnDemandOff}
                    schedule:
                    - {cron: "* 8-17 * * MON-FRI", timeZone: Europe/Berlin, action: On}
                    - {cron: "0 7 * * *", timeZone: America/New_York, action: PreWarm}
                """).spec().power();

        assertThat(power.budget()).contains(new Power.Budget(50, Power.OnExceed.ON_DEMAND_OFF));
        assertThat(power.schedule())
                .containsExactly(
                        new Power.Window("* 8-17 * * MON-FRI", "Europe/Berlin", Power.Action.ON),
                        new Power.Window("0 7 * * *", "America/New_York", Power.Action.PRE_WARM));
        assertThat(DocumentReader.read(VALID + "  power: {budget: {monthlyUsd: 9}}\n")
                        .spec()
                        .power()
                        .budget())
                .contains(new Power.Budget(9, Power.OnExceed.SLEEP));
    }

    @Test
    @DisplayName("U1 no budget is no limit; a budget of nothing is refused instead of meaning something else")
    void tellsNoBudgetFromABudgetOfNothing() {
        assertThat(DocumentReader.read(VALID).spec().power().budget()).isEmpty();
        assertThat(refused(VALID + "  power: {budget: {monthlyUsd: 0}}\n").getMessage())
                .contains("spec.power.budget.monthlyUsd: 0 (expected: a whole number from 1 to 1000000)");
        assertThat(refused(VALID + "  power: {budget: {onExceed: Stop}}\n").getMessage())
                .contains(
                        "spec.power.budget.monthlyUsd: absent",
                        "spec.power.budget.onExceed: Stop (expected: Sleep or OnDemandOff or Warn)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* 8-17 * * | Europe/Berlin | On | cron: * 8-17 * * (expected: a cron expression",
                "0 0 30 2 * | Europe/Berlin | On | cron: 0 0 30 2 * (expected: a cron expression",
                "* 22-6 * * * | Europe/Berlin | Off | cron: * 22-6 * * * (expected: a cron expression",
                "* 8 * * * | Europe/Bonn | On | timeZone: Europe/Bonn (expected: a name of the IANA",
                "* 8 * * * | +02:00 | On | timeZone: +02:00 (expected: a name of the IANA",
                "* 8 * * * | UTC | Maybe | action: Maybe (expected: PreWarm or On or Off)"
            })
    @DisplayName("U3 a window that nobody could keep is refused with key, value and expectation")
    void refusesAWindowThatIsNone(String cron, String zone, String action, String said) {
        assertThat(refused(VALID
                                + "  power: {schedule: [{cron: '%s', timeZone: '%s', action: %s}]}\n"
                                        .formatted(cron, zone, action))
                        .getMessage())
                .contains("spec.power.schedule[0]." + said);
    }

    @Test
    @DisplayName("U3 a window without its parts, or more windows than anybody keeps in mind, are refused")
    void refusesIncompleteAndTooManyWindows() {
        assertThat(refused(VALID + "  power: {schedule: [{}]}\n").getMessage())
                .contains(
                        "spec.power.schedule[0].cron: absent",
                        "spec.power.schedule[0].timeZone: absent",
                        "spec.power.schedule[0].action: absent");
        String window = "{cron: '* 8 * * *', timeZone: UTC, action: On}";
        assertThat(refused(VALID
                                + "  power: {schedule: [%s]}\n"
                                        .formatted(String.join(", ", java.util.Collections.nCopies(17, window))))
                        .getMessage())
                .contains("at most 16 objects");
    }
}
