// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Software;
import dev.privatellm.api.v1alpha1.Spec;
import dev.privatellm.machine.cloud.Api;
import dev.privatellm.machine.cloud.Artifact;
import dev.privatellm.machine.cloud.Bucket;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.FakeIdentities;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.plan.Download;
import dev.privatellm.machine.plan.Names;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a machine installs: where it comes from, who may have it, and how another version of it arrives. */
class InstallationTest {
    private static final String BUCKET = Names.bucket("cluster-1", FakeIdentities.DOMAIN);
    private static final String ACCOUNT = World.NAMES.account() + "@" + FakeIdentities.DOMAIN;
    private static final String FIRST = "a".repeat(64);
    private static final String SECOND = "b".repeat(64);

    private final World world = new World();

    @Test
    @DisplayName(
            "S8 a new machine is told where its guest and its engine are and what their hashes are, and may fetch the guest")
    void tellsTheMachineWhatToInstall() {
        world.wake();

        assertThat(world.cloud.artifacts().all())
                .containsExactly(new Bucket(
                        BUCKET,
                        "us-central1",
                        Map.of(
                                "managed-by",
                                "private-llm",
                                "pllm-release",
                                "workstation",
                                "pllm-cluster",
                                "cluster-1")));
        assertThat(world.cloud.artifacts().serves(BUCKET, FIRST, ACCOUNT)).isTrue();
        assertThat(told().path("guest").path("url").stringValue())
                .isEqualTo("https://storage.googleapis.com/" + BUCKET + "/" + FIRST);
        assertThat(told().path("guest").path("sha256").stringValue()).isEqualTo(FIRST);
        assertThat(told().path("engine").path("archive").path("sha256").stringValue())
                .isEqualTo("e".repeat(64));
        assertThat(metadata()).containsEntry("startup-script", "#!/bin/bash");
    }

    @Test
    @DisplayName("P23 another version of script and guest is there and told before the machine is started again")
    void bringsAnotherVersionBeforeTheNextBoot() {
        world.wake();
        String before = told().path("configHash").stringValue();
        world.sleep();
        world.release = new Release(
                "#!/bin/bash -e",
                new Download("https://downloads.test/engine.tar.gz", "e".repeat(64)),
                Optional.of(new Artifact(SECOND, Path.of("never-read"))));
        world.restart();
        world.effects.clear();

        world.wake();

        assertThat(world.effectKinds()).containsSubsequence("MAKE_PART", "SET_METADATA", "START_INSTANCE");
        assertThat(world.cloud.artifacts().serves(BUCKET, SECOND, ACCOUNT)).isTrue();
        assertThat(told().path("guest").path("sha256").stringValue()).isEqualTo(SECOND);
        assertThat(told().path("configHash").stringValue()).isNotEqualTo(before);
        assertThat(metadata()).containsEntry("startup-script", "#!/bin/bash -e");
    }

    @Test
    @DisplayName("archives that the document names are told as they are, and no bucket is made")
    void takesTheArchivesOfTheDocument() {
        world.document = naming(
                new Software.Archive("https://mirror.example/guest.tar.gz", "c".repeat(64)),
                new Software.Archive("https://mirror.example/engine.tar.gz", "d".repeat(64)));

        world.wake();

        assertThat(world.cloud.artifacts().all()).isEmpty();
        assertThat(world.cloud.apis().enabled()).doesNotContain(Api.ARTIFACTS);
        assertThat(told().path("guest").path("url").stringValue()).isEqualTo("https://mirror.example/guest.tar.gz");
        assertThat(told().path("engine").path("archive").path("sha256").stringValue())
                .isEqualTo("d".repeat(64));
    }

    @Test
    @DisplayName("a bucket of somebody else's under our name is said and left alone, and no machine is made")
    void leavesAForeignBucketAlone() {
        world.cloud.artifacts().takenElsewhere(BUCKET);
        world.request();

        world.passes(Duration.ofMinutes(3));

        assertThat(world.condition("Stalled")).contains("TRUE/ManagementConflict");
        assertThat(world.cloud.instances().all()).isEmpty();
    }

    @Test
    @DisplayName("R2 an upload whose process dies is begun again by the next one")
    void uploadsAgainWhatADeadProcessBegan() {
        world.cloud.artifacts().pace(Duration.ofSeconds(30));
        world.request();
        world.until(() -> world.cloud.faults().count("upload") > 0);
        world.cloud.artifacts().dies();
        world.restart();

        world.wake();

        assertThat(world.cloud.artifacts().serves(BUCKET, FIRST, ACCOUNT)).isTrue();
    }

    @Test
    @DisplayName("an upload that the cloud refuses in its middle is tried again, and said meanwhile")
    void saysWhyAnUploadFails() {
        world.cloud
                .faults()
                .failNextOperation(
                        "upload", new CloudFailure.Unavailable("503", "backend error", Optional.empty(), null));

        world.wake();

        assertThat(world.cloud.faults().count("upload")).isEqualTo(2);
    }

    @Test
    @DisplayName("a bucket that others still read stays with them when this resource goes")
    void leavesABucketThatOthersRead() {
        world.wake();
        world.cloud.artifacts().admitSomebodyElse(BUCKET);

        remove();

        assertThat(world.cloud.artifacts().all()).hasSize(1);
        assertThat(world.cloud.artifacts().serves(BUCKET, FIRST, ACCOUNT)).isFalse();
        assertThat(world.cloud.identities().all()).isEmpty();
    }

    @Test
    @DisplayName("a bucket that somebody removed is made again when another version is to be put into it")
    void makesALostBucketAgain() {
        world.wake();
        world.sleep();
        world.cloud.artifacts().expel(BUCKET, ACCOUNT);
        world.cloud.artifacts().delete(BUCKET);
        world.release = new Release(
                "#!/bin/bash", World.RELEASE.engine(), Optional.of(new Artifact(SECOND, Path.of("never-read"))));
        world.restart();

        world.wake();

        assertThat(world.cloud.artifacts().serves(BUCKET, SECOND, ACCOUNT)).isTrue();
    }

    @Test
    @DisplayName(
            "on a project's first day nothing is asked of an API before it is enabled, and a rest until then is no trouble")
    void enablesApisFirst() {
        world.cloud.apis().refusesUntilEnabled(List.of("findByOwner", "findByResource", "listRules", "findNetwork"));
        world.until(() -> world.last.isAtRest());
        world.passes(Duration.ofMinutes(10));
        assertThat(world.condition("Ready")).contains("TRUE/Sleeping");
        assertThat(world.cloud.apis().enabled()).isEmpty();
        int before = world.cloud.faults().calls().size();

        world.wake();

        assertThat(world.cloud.apis().enabled()).containsExactlyInAnyOrder(Api.values());
        assertThat(world.cloud.faults().calls().subList(before, before + 2)).containsExactly("areEnabled", "enable");
        assertThat(world.links)
                .noneMatch(
                        link -> link.reason().isPresent() && link.reason().get().equals("PermissionDenied"));
    }

    @Test
    @DisplayName("APIs stay enabled when the resource goes: others may use them by now")
    void leavesApisEnabled() {
        world.wake();

        remove();

        assertThat(world.cloud.apis().enabled()).containsExactlyInAnyOrder(Api.values());
    }

    private void remove() {
        world.requests = new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.REMOVAL);
        world.until(() -> Planner.isRemoved(world.store.read().state().plan()));
        assertThat(world.power()).isInstanceOf(MachineState.Absent.class);
    }

    private Map<String, String> metadata() {
        InstanceSpec made = world.cloud
                .instances()
                .specOf(world.cloud.instances().all().getFirst().id());
        Map<String, String> now = world.cloud.instances().all().getFirst().metadata();
        return now.isEmpty() ? made.metadata() : now;
    }

    private JsonNode told() {
        return JsonMapper.shared().readTree(metadata().get("pllm-config"));
    }

    private static PrivateLlm naming(Software.Archive guest, Software.Archive engine) {
        PrivateLlm usual = World.sample("");
        return new PrivateLlm(
                usual.metadata(),
                new Spec(
                        usual.spec().provider(),
                        usual.spec().placement(),
                        usual.spec().model(),
                        usual.spec().power(),
                        usual.spec().network(),
                        usual.spec().security(),
                        new Software(Optional.of(guest), Optional.of(engine)),
                        usual.spec().adopt(),
                        usual.spec().policies()));
    }
}
