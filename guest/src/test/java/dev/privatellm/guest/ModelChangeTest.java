// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A machine that is told of another model while it runs. */
@Execution(ExecutionMode.CONCURRENT)
class ModelChangeTest {
    @TempDir
    private Path folder;

    private RunningGuest guest;

    @BeforeEach
    void make() throws Exception {
        guest = made();
    }

    private RunningGuest made() throws Exception {
        return new RunningGuest(folder, Map.of(GuestEnvironment.STATE_FOLDER, folder.toString()));
    }

    @AfterEach
    void stop() {
        guest.close();
    }

    private static String config(String model) {
        return TestCloud.config(1, "{\"name\":\"" + model + "\"}", 900, "");
    }

    private void change(String model) {
        guest.cloud.set("attributes/pllm-config", config(model));
        guest.awaitHealth("{\"name\":\"" + model + "\",\"digest\":\"" + guest.engine.digests.getOrDefault(model, "d1")
                + "\",\"loaded\":true}");
    }

    private void awaitRemoved(String model) {
        await().atMost(RunningGuest.DEADLINE).until(() -> !guest.engine.present.contains(model));
    }

    @Test
    @DisplayName("a model that it pulled and nobody wants any more is removed; one that a person put there stays")
    void whatItPulledIsRemovedAndWhatAPersonPutThereStays() throws Exception {
        guest.engine.present.add("person:1b");
        guest.ready();
        change("person:1b");
        awaitRemoved("tiny:1b");
        assertThat(guest.console()).contains("removed tiny:1b");
        assertThat(guest.engine.held).containsExactly("person:1b");

        change("other:2b");
        change("third:3b");
        awaitRemoved("other:2b");
        assertThat(guest.engine.present).containsExactlyInAnyOrder("person:1b", "third:3b");
    }

    @Test
    void nothingIsRemovedWhileAStreamIsOpen() throws Exception {
        guest.ready();
        try (TlsClient client = guest.gateway()) {
            client.send("POST", "/api/chat", BundleText.INFER, "{}");
            guest.engine.lines.release();
            client.readUntil("{\"line\":0}\n");
            change("other:2b");
            long looks = looks();
            await().atMost(RunningGuest.DEADLINE).until(() -> looks() > looks + 1);
            assertThat(guest.engine.present).contains("tiny:1b");
            guest.engine.lines.release();
            client.readUntil("{\"line\":1}\n");
        }
        awaitRemoved("tiny:1b");
    }

    private long looks() {
        return guest.engine.calls.stream()
                .filter(call -> call.startsWith("/api/ps"))
                .count();
    }

    @Test
    void whatItPulledInAnEarlierBootIsRemovedToo() throws Exception {
        guest.ready();
        guest.close();
        guest = made();
        guest.engine.present.addAll(java.util.List.of("tiny:1b", "person:1b"));
        guest.cloud.secret(1, guest.bundle(1).bytes());
        guest.boot(config("other:2b"));
        awaitRemoved("tiny:1b");
        assertThat(guest.engine.present).containsExactlyInAnyOrder("person:1b", "other:2b");
    }

    @Test
    void whatSomebodyExchangedUnderTheSameNameStays() throws Exception {
        guest.ready();
        guest.engine.digests.put("tiny:1b", "d2");
        change("other:2b");
        change("third:3b");
        awaitRemoved("other:2b");
        assertThat(guest.engine.present).contains("tiny:1b");
    }

    @Test
    void aFullDiskIsReasonToRemoveItBeforeTheOtherIsThere() throws Exception {
        guest.engine.room.set(1);
        guest.ready();
        change("other:2b");
        assertThat(guest.engine.present).containsExactly("other:2b");
        assertThat(guest.console()).contains("no space left on device", "removed tiny:1b");
    }

    @Test
    @DisplayName("a changed model ends the pull of the one that is not wanted any more, and is pulled at once")
    void aPullOfWhatIsNotWantedAnyMoreEnds() throws Exception {
        guest.engine.endless.add("huge:70b");
        guest.cloud.secret(1, guest.bundle(1).bytes());
        guest.boot(config("huge:70b"));
        guest.awaitHealth("\"percent\":50");
        change("tiny:1b");
        await().atMost(RunningGuest.DEADLINE).until(() -> guest.engine.abandoned.contains("huge:70b"));
        assertThat(guest.console()).doesNotContain("model not ready");

        guest.engine.endless.clear();
        change("huge:70b");
    }

    @Test
    @DisplayName("a tag that has moved is pulled again when the document changes, and the health tells the digest")
    void aTagThatHasMovedIsPulledAgain() throws Exception {
        guest.ready();
        guest.engine.registry.put("tiny:1b", "d2");
        withExtra("other:2b", "tiny:1b");
        guest.awaitHealth("{\"name\":\"tiny:1b\",\"digest\":\"d2\"");
        guest.awaitState("ready");
        assertThat(guest.console()).contains("tiny:1b has moved from digest d1 to d2");

        change("other:2b");
        awaitRemoved("tiny:1b");
    }

    @Test
    @DisplayName("a tag that moved while the machine was off is pulled again if the document has changed since")
    void aTagThatHasMovedMeanwhileIsPulledAgain() throws Exception {
        guest.ready();
        guest.close();
        guest = made();
        guest.engine.present.add("tiny:1b");
        guest.engine.registry.put("tiny:1b", "d2");
        guest.cloud.secret(1, guest.bundle(1).bytes());
        guest.boot(TestCloud.config(1, "{\"name\":\"tiny:1b\",\"extra\":[\"other:2b\"]}", 900, ""));
        guest.awaitHealth("{\"name\":\"tiny:1b\",\"digest\":\"d2\",\"loaded\":true}");
    }

    @Test
    void aRegistryThatCannotBeAskedIsNoReasonToBeWithoutWhatIsHere() throws Exception {
        guest.ready();
        guest.engine.present.add("other:2b");
        guest.engine.room.set(0);
        withExtra("other:2b", "tiny:1b");
        guest.awaitHealth("{\"name\":\"other:2b\",\"digest\":\"d1\",\"loaded\":true}");
        assertThat(guest.console()).contains("what is here of tiny:1b is used");
    }

    private void withExtra(String model, String extra) {
        guest.cloud.set(
                "attributes/pllm-config",
                TestCloud.config(1, "{\"name\":\"%s\",\"extra\":[\"%s\"]}".formatted(model, extra), 900, ""));
    }

    @Test
    @DisplayName("P4 a model is not there before the engine tells its digest")
    void aModelWithoutADigestIsNotThere() throws Exception {
        guest.engine.unlisted.add("tiny:1b");
        guest.boot();
        guest.awaitHealth("does not have it");
        guest.engine.unlisted.clear();
        assertThat(guest.awaitHealth("\"state\":\"ready\"")).contains("\"digest\":\"d1\"");
    }

    @Test
    void aPullOfWhatIsStillWantedGoesOn() throws Exception {
        guest.engine.endless.add("huge:70b");
        guest.cloud.secret(1, guest.bundle(1).bytes());
        guest.boot(config("huge:70b"));
        guest.awaitHealth("\"percent\":50");
        withExtra("tiny:1b", "huge:70b");
        await().atMost(RunningGuest.DEADLINE).until(() -> guest.console().contains("configuration changed"));
        guest.engine.endless.clear();
        guest.awaitHealth("{\"name\":\"tiny:1b\",\"digest\":\"d1\",\"loaded\":true}");
        assertThat(guest.engine.abandoned).isEmpty();
        assertThat(guest.engine.calls)
                .filteredOn(call -> call.startsWith("/api/pull") && call.contains("huge"))
                .hasSize(1);
    }
}
