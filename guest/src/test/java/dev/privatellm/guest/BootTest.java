// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class BootTest {
    @TempDir
    private Path folder;

    private RunningGuest guest;

    @BeforeEach
    void make() throws Exception {
        guest = new RunningGuest(folder);
    }

    @AfterEach
    void stop() {
        guest.close();
    }

    private String chat() throws Exception {
        try (TlsClient client = guest.gateway()) {
            return client.send("POST", "/api/chat", BundleText.INFER, "{}").readAnswer();
        }
    }

    @Test
    @DisplayName("P4 a pull that was cut is resumed, and ready is said only once the engine has and holds the model")
    void aPullThatWasCutIsResumed() throws Exception {
        guest.engine.brokenPulls.set(1);
        guest.boot();
        assertThat(guest.awaitHealth("\"reason\":\"pull"))
                .contains("\"state\":\"pulling\"", "\"percent\":50", "\"loaded\":false");
        guest.engine.failureIsSeen();
        guest.awaitState("ready");
        assertThat(guest.engine.calls)
                .filteredOn(call -> call.startsWith("/api/pull"))
                .hasSize(2);
        assertThat(guest.health()).contains("\"loaded\":true").doesNotContain("\"reason\"");
    }

    @Test
    @DisplayName("P4 a pull that says success without leaving the model is not believed")
    void aPullThatLeavesNothingIsNotBelieved() throws Exception {
        guest.engine.emptyPulls.set(1);
        guest.boot();
        guest.awaitHealth("does not have it");
        guest.engine.failureIsSeen();
        guest.awaitState("ready");
        assertThat(guest.engine.present).contains("tiny:1b");
    }

    @Test
    void aModelThatIsHereIsNotPulled() throws Exception {
        guest.engine.present.add("tiny:1b");
        guest.ready();
        assertThat(guest.engine.calls).noneMatch(call -> call.startsWith("/api/pull"));
        assertThat(guest.engine.calls)
                .anyMatch(call -> call.startsWith("/api/generate") && call.contains("\"num_ctx\":4096"));
    }

    @Test
    void extraModelsArePulledAndAnEmbeddingModelIsLoadedByEmbedding() throws Exception {
        guest.cloud.secret(1, guest.bundle(1).bytes());
        guest.boot(TestCloud.config(1, "{\"name\":\"embed:1b\",\"extra\":[\"tiny:1b\"]}", 900, ""));
        guest.awaitState("ready");
        assertThat(guest.engine.present).containsExactlyInAnyOrder("embed:1b", "tiny:1b");
        assertThat(guest.engine.calls).anyMatch(call -> call.startsWith("/api/embed"));
    }

    @Test
    void theMomentAtWhichItFirstSaysThatItIsReadyIsNoted() throws Exception {
        guest.boot();
        guest.awaitListening();
        assertThat(guest.console()).doesNotContain("said to be ready");
        guest.awaitState("ready");
        guest.health();
        assertThat(guest.console()).containsOnlyOnce("said to be ready");
    }

    @Test
    @DisplayName("P15 an engine that answers 401 or 502 is not up, and nothing is forwarded to it")
    void anyOtherStatusIsNotReady() throws Exception {
        guest.engine.present.add("tiny:1b");
        for (int status : new int[] {401, 502}) {
            guest.engine.versionStatus = status;
        }
        guest.boot();
        guest.awaitHealth("\"reason\":\"the engine does not answer\"");
        assertThat(guest.health()).contains("\"state\":\"booting\"");
        assertThat(chat()).startsWith("HTTP/1.1 503 ").contains("x-pllm-not-forwarded: loading");
        guest.engine.versionStatus = 200;
        guest.awaitState("ready");
    }

    @Test
    @DisplayName("S7 without a whole bundle nothing listens, the console says why, and a good version heals it")
    void withoutAWholeBundleNothingListens() throws Exception {
        guest.cloud.secret(1, guest.bundle(1).without("tokens").bytes());
        guest.boot(TestCloud.config(1, RunningGuest.MODEL, 900, ""));
        await().atMost(RunningGuest.DEADLINE).until(() -> guest.console().contains("bundle refused: bundle.tokens"));
        assertThat(guest.isListening()).isFalse();
        guest.cloud.secret(2, guest.bundle(2).bytes());
        guest.cloud.set("attributes/pllm-config", TestCloud.config(2, RunningGuest.MODEL, 900, ""));
        guest.awaitHealth("\"generation\":2");
    }

    @Test
    @DisplayName("C16 a bundle that admits nobody of before cuts every connection; one that overlaps cuts none")
    void aBundleThatAdmitsNobodyOfBeforeCutsEveryConnection() throws Exception {
        guest.ready();
        try (TlsClient before = guest.controller()) {
            guest.cloud.secret(2, guest.bundle(2).bytes());
            guest.cloud.set("attributes/pllm-config", TestCloud.config(2, RunningGuest.MODEL, 900, ""));
            guest.awaitHealth("\"generation\":2");
            assertThat(before.send("GET", "/pllm/v1/health", BundleText.MANAGE, "")
                            .readAnswer())
                    .contains("\"generation\":2");

            String tokens = "{\"infer\":{\"current\":\"%s\"},\"manage\":{\"current\":\"%s\"}}"
                    .formatted("8".repeat(64), "9".repeat(64));
            guest.cloud.secret(3, guest.bundle(3).with("tokens", tokens).bytes());
            guest.cloud.set("attributes/pllm-config", TestCloud.config(3, RunningGuest.MODEL, 900, ""));

            assertThat(before.readAll()).isEmpty();
        }
        try (TlsClient after = guest.controller()) {
            assertThat(after.send("GET", "/pllm/v1/health", "9".repeat(64), "").readAnswer())
                    .contains("\"generation\":3");
        }
    }

    @Test
    void aGrantThatLagsIsWaitedFor() throws Exception {
        guest.cloud.forbid(3);
        guest.boot();
        guest.awaitListening();
        assertThat(guest.cloud.secretCalls()).hasSize(4).allMatch(call -> call.endsWith("/versions/1:access"));
    }

    @Test
    @DisplayName("S6 neither key nor token is written to a file or the console")
    void neitherKeyNorTokenIsWritten() throws Exception {
        guest.ready();
        assertThat(folder).isEmptyDirectory();
        assertThat(guest.console())
                .doesNotContain(BundleText.INFER, BundleText.MANAGE, "PRIVATE KEY", TestCloud.ACCESS_TOKEN);
    }

    @Test
    void aNewBundleTakesEffectWithoutARestartAndAnOlderOneNever() throws Exception {
        guest.ready();
        guest.cloud.secret(2, guest.bundle(5).bytes());
        try (TlsClient client = guest.controller()) {
            String notice = "{\"version\":\"" + TestCloud.version(2) + "\",\"generation\":5}";
            assertThat(client.send("POST", "/pllm/v1/bundle", BundleText.MANAGE, notice)
                            .readAnswer())
                    .startsWith("HTTP/1.1 202 ");
            guest.awaitHealth("\"generation\":5");
            guest.cloud.secret(3, guest.bundle(4).bytes());
            guest.cloud.set("attributes/pllm-config", TestCloud.config(3, RunningGuest.MODEL, 900, ""));
            await().atMost(RunningGuest.DEADLINE)
                    .until(() -> guest.console().contains("bundle.generation: 4 (expected: 5 or later)"));
            assertThat(guest.health()).contains("\"generation\":5");
        }
    }

    @Test
    void anotherModelIsLoadedWithoutARestart() throws Exception {
        guest.ready();
        guest.cloud.set("attributes/pllm-config", TestCloud.config(1, "{\"name\":\"other:2b\"}", 900, ""));
        guest.awaitHealth("{\"name\":\"other:2b\",\"digest\":\"d1\",\"loaded\":true}");
        assertThat(guest.health()).contains("\"bootId\":\"boot-1\"");
    }

    @Test
    void aLongPollAnswersWhenTheStateChanges() throws Exception {
        guest.ready();
        try (TlsClient waiting = guest.gateway();
                TlsClient controller = guest.controller()) {
            String seq = guest.health().replaceFirst("(?s).*\"seq\":", "").replaceFirst(",.*", "");
            waiting.send("GET", "/pllm/v1/health?after=" + seq + "&waitSeconds=25", BundleText.INFER, "");
            assertThat(controller
                            .send("POST", "/pllm/v1/drain", BundleText.MANAGE, "{\"on\":true}")
                            .readAnswer())
                    .contains("{\"openStreams\":0}");
            assertThat(waiting.readAnswer()).contains("\"state\":\"draining\"");
            assertThat(chat()).startsWith("HTTP/1.1 503 ").contains("x-pllm-not-forwarded: draining");
            controller
                    .send("POST", "/pllm/v1/drain", BundleText.MANAGE, "{\"on\":false}")
                    .readAnswer();
            assertThat(guest.health()).contains("\"state\":\"ready\"");
        }
    }

    @Test
    void aDrainedMachineTellsWhenItsLastStreamHasEnded() throws Exception {
        guest.ready();
        try (TlsClient controller = guest.controller()) {
            try (TlsClient client = guest.gateway()) {
                client.send("POST", "/api/chat", BundleText.INFER, "{}");
                guest.engine.lines.release();
                client.readUntil("{\"line\":0}\n");
                assertThat(controller
                                .send("POST", "/pllm/v1/drain", BundleText.MANAGE, "{\"on\":true}")
                                .readAnswer())
                        .contains("{\"openStreams\":1}");
                String seq = guest.health().replaceFirst("(?s).*\"seq\":", "").replaceFirst(",.*", "");
                controller.send("GET", "/pllm/v1/health?after=" + seq + "&waitSeconds=25", BundleText.MANAGE, "");
            }
            assertThat(controller.readAnswer()).contains("\"openStreams\":0");
        }
    }

    @Test
    void aMachineThatTheCloudTakesBackSaysSoAndRefusesStreams() throws Exception {
        guest.ready();
        guest.cloud.set("preempted", "TRUE");
        guest.awaitState("preempted");
        assertThat(chat()).contains("x-pllm-not-forwarded: draining");
    }

    @Test
    void anEngineThatIsGoneIsToldAsDown() throws Exception {
        guest.ready();
        guest.engine.close();
        assertThat(chat()).startsWith("HTTP/1.1 503 ").contains("x-pllm-not-forwarded: down");
    }

    @Test
    void aSilentControllerSwitchesTheMachineOff() throws Exception {
        guest.engine.present.add("tiny:1b");
        guest.cloud.secret(1, guest.bundle(1).bytes());
        guest.boot(TestCloud.config(1, RunningGuest.MODEL, 1, ""));
        await().atMost(RunningGuest.DEADLINE).until(() -> Files.exists(guest.powerOffFile));
        assertThat(guest.console()).contains("no heartbeat of a controller");
    }
}
