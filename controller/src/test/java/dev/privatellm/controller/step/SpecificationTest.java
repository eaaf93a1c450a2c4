// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Provider;
import dev.privatellm.api.v1alpha1.Spec;
import dev.privatellm.machine.cloud.ServiceAccount;
import dev.privatellm.machine.pki.KeyAlgorithm;
import dev.privatellm.machine.plan.Download;
import dev.privatellm.machine.plan.GuestConfig;
import dev.privatellm.machine.plan.Installation;
import dev.privatellm.machine.plan.MachineSpec;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class SpecificationTest {
    private static final GuestConfig.Identity UPLOADED =
            new GuestConfig.Identity("projects/p/secrets/s/versions/7", Optional.empty(), KeyAlgorithm.ECDSA_P256);

    private final MachineSpec spec = Specification.of(
            new Resource(World.sample("deadManSeconds: 901"), World.UID, "cluster-1", 1, 1), World.RELEASE);

    @Test
    void triesAMachineTypeInEveryZoneInTheUsersOrder() {
        assertThat(spec.offerings())
                .extracting(Object::toString)
                .containsExactly(
                        "g2-standard-8 spot in us-central1-a",
                        "g2-standard-8 spot in us-central1-b",
                        "g2-standard-8 spot in us-central1-c");
        assertThat(spec.power().idleTimeout()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void triesEverySpotOfferingBeforeAnyStandardOne() {
        MachineSpec both = Specification.of(
                new Resource(
                        World.sample(
                                "",
                                "llama3.2:3b",
                                "us-central1-a, us-central1-b",
                                "machineTypes: [g2-standard-8, g4-standard-48]\nprovisioning: SpotThenStandard"),
                        World.UID,
                        "cluster-1",
                        1,
                        1),
                World.RELEASE);

        assertThat(both.offerings())
                .extracting(Object::toString)
                .containsExactly(
                        "g2-standard-8 spot in us-central1-a",
                        "g2-standard-8 spot in us-central1-b",
                        "g4-standard-48 spot in us-central1-a",
                        "g4-standard-48 spot in us-central1-b",
                        "g2-standard-8 standard in us-central1-a",
                        "g2-standard-8 standard in us-central1-b",
                        "g4-standard-48 standard in us-central1-a",
                        "g4-standard-48 standard in us-central1-b");
    }

    @Test
    void tellsTheMachineWhatItNeedsAndNoSecret() {
        GuestConfig.Identity identity =
                new GuestConfig.Identity("projects/p/secrets/s/versions/7", Optional.empty(), KeyAlgorithm.ECDSA_P256);
        JsonNode config = JsonMapper.shared().readTree(spec.guest().document(World.UID, identity));

        assertThat(config.propertyNames())
                .containsExactlyInAnyOrder(
                        "schema",
                        "uid",
                        "configHash",
                        "secretVersion",
                        "port",
                        "guest",
                        "engine",
                        "model",
                        "deadManSeconds",
                        "firstBootGraceSeconds");
        assertThat(config.path("secretVersion").stringValue()).isEqualTo("projects/p/secrets/s/versions/7");
        assertThat(config.path("deadManSeconds").longValue()).isEqualTo(901);
        assertThat(config.path("model").path("name").stringValue()).isEqualTo("llama3.2:3b");
        assertThat(config.path("guest").path("sha256").stringValue()).isEqualTo("a".repeat(64));
        assertThat(config.path("engine").path("archive").path("url").stringValue())
                .isEqualTo("https://downloads.test/engine.tar.gz");
        assertThat(config.path("engine").path("env").propertyNames()).allMatch(name -> name.startsWith("OLLAMA_"));
    }

    @Test
    @DisplayName("E1 E3 the engine is told what it reads: queue, load time, spread, number of models")
    void tellsTheEngineEverythingThatItReads() {
        assertThat(environment("extra: [mistral:7b]").propertyNames())
                .containsExactlyInAnyOrder(
                        "OLLAMA_CONTEXT_LENGTH",
                        "OLLAMA_NUM_PARALLEL",
                        "OLLAMA_MAX_QUEUE",
                        "OLLAMA_MAX_LOADED_MODELS",
                        "OLLAMA_SCHED_SPREAD",
                        "OLLAMA_LOAD_TIMEOUT",
                        "OLLAMA_KEEP_ALIVE",
                        "OLLAMA_NO_CLOUD");
        assertThat(environment("extra: [mistral:7b]")
                        .path("OLLAMA_MAX_LOADED_MODELS")
                        .stringValue())
                .isEqualTo("2");
        assertThat(environment("").path("OLLAMA_LOAD_TIMEOUT").stringValue()).isEqualTo("1800s");
    }

    @ParameterizedTest
    @DisplayName("E2 a quantised cache switches flash attention on, without which the engine would not have it")
    @ValueSource(strings = {"q8_0", "q4_0"})
    void switchesFlashAttentionOn(String type) {
        JsonNode variables = environment("kvCacheType: " + type);

        assertThat(variables.path("OLLAMA_KV_CACHE_TYPE").stringValue()).isEqualTo(type);
        assertThat(variables.path("OLLAMA_FLASH_ATTENTION").stringValue()).isEqualTo("1");
    }

    private static JsonNode environment(String model) {
        PrivateLlm document = World.sample(
                "", "llama3.2:3b" + model.indent(4).stripTrailing().transform(more -> "\n" + more), "us-central1-a");
        MachineSpec specified = Specification.of(new Resource(document, World.UID, "cluster-1", 1, 1), World.RELEASE);
        return JsonMapper.shared()
                .readTree(specified.guest().document(World.UID, UPLOADED))
                .path("engine")
                .path("env");
    }

    @Test
    @DisplayName("the machine acts as the account that the document names, in the very request that makes it")
    void makesTheMachineWithTheAccountOfTheDocument() {
        String account = "model-machine@example-project.iam.gserviceaccount.com";
        World world = new World();
        PrivateLlm document = World.sample("");
        world.document = new PrivateLlm(
                document.metadata(),
                new Spec(
                        new Provider(new Provider.Gcp("example-project", Optional.of(account))),
                        document.spec().placement(),
                        document.spec().model(),
                        document.spec().power(),
                        document.spec().network(),
                        document.spec().security(),
                        document.spec().software(),
                        document.spec().adopt(),
                        document.spec().policies()));

        world.cloud.identities().plant(new ServiceAccount("model-machine", account, "made by the user"));

        world.wake();

        assertThat(world.cloud
                        .instances()
                        .specOf(world.cloud.instances().all().getFirst().id())
                        .serviceAccount())
                .isEqualTo(account);
    }

    @Test
    @DisplayName("S1 a machine that makes its own key is told what to ask with, and that is no other configuration")
    void tellsAMachineWhatToAskWith() {
        GuestConfig.Identity identity = new GuestConfig.Identity(
                "projects/p/secrets/s/versions/7", Optional.of("7-nonce"), KeyAlgorithm.ECDSA_P384);
        JsonNode config = JsonMapper.shared().readTree(spec.guest().document(World.UID, identity));

        assertThat(config.path("csrNonce").stringValue()).isEqualTo("7-nonce");
        assertThat(config.path("keyAlgorithm").stringValue()).isEqualTo("ECDSA_P384");
        assertThat(config.path("configHash").stringValue())
                .isEqualTo(spec.guest().configHash(World.UID));
    }

    @Test
    void countsOnlyWhatARunningMachineCannotTakeOverAsAnotherConfiguration() {
        GuestConfig guest = spec.guest();
        GuestConfig otherModel = new GuestConfig(
                guest.port(),
                guest.engineUrl(),
                guest.engineEnv(),
                "another",
                guest.extraModels(),
                guest.contextLength(),
                guest.deadManSeconds(),
                guest.firstBootGraceSeconds(),
                guest.installation());
        GuestConfig otherPort = new GuestConfig(
                9090,
                guest.engineUrl(),
                guest.engineEnv(),
                guest.model(),
                guest.extraModels(),
                guest.contextLength(),
                guest.deadManSeconds(),
                guest.firstBootGraceSeconds(),
                guest.installation());

        assertThat(otherModel.configHash(World.UID)).isEqualTo(guest.configHash(World.UID));
        assertThat(otherPort.configHash(World.UID)).isNotEqualTo(guest.configHash(World.UID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"script", "guest", "engine"})
    @DisplayName("P23 another script, guest or engine is another configuration, which converges at the next boot")
    void countsWhatIsInstalledAsPartOfTheConfiguration(String changed) {
        Installation old = spec.guest().installation();
        Download other = new Download("https://downloads.test/other", "f".repeat(64));
        GuestConfig guest = spec.guest();
        GuestConfig next = new GuestConfig(
                guest.port(),
                guest.engineUrl(),
                guest.engineEnv(),
                guest.model(),
                guest.extraModels(),
                guest.contextLength(),
                guest.deadManSeconds(),
                guest.firstBootGraceSeconds(),
                new Installation(
                        changed.equals("script") ? "#!/bin/sh" : old.startupScript(),
                        changed.equals("guest") ? other : old.guest(),
                        changed.equals("engine") ? other : old.engine()));

        assertThat(next.configHash(World.UID)).isNotEqualTo(guest.configHash(World.UID));
    }
}
