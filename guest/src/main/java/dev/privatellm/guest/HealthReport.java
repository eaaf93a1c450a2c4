// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.guest.GuestStatus.ModelState;
import dev.privatellm.guest.GuestStatus.Snapshot;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.core.JsonGenerator;

/** Writes this machine's health as the document that controller and gateway read, and notes when it first says that it is ready. */
final class HealthReport {
    private static final int SCHEMA = 1;
    private static final String READY = "ready";

    private final String bootId;
    private final String instanceId;
    private final GuestStatus status;
    private final OpenStreams streams;
    private final DeadManSwitch deadMan;
    private final Journal journal;
    private final AtomicBoolean saidReady = new AtomicBoolean();

    HealthReport(
            String bootId,
            String instanceId,
            GuestStatus status,
            OpenStreams streams,
            DeadManSwitch deadMan,
            Journal journal) {
        this.bootId = bootId;
        this.instanceId = instanceId;
        this.status = status;
        this.streams = streams;
        this.deadMan = deadMan;
        this.journal = journal;
    }

    /** The document as of now; what has no value is left out. */
    byte[] document() {
        Snapshot now = status.current();
        boolean isReady = now.word().equals(READY);
        if (saidReady.getAndSet(isReady) != isReady && isReady) {
            journal.say("said to be ready");
        }
        return JsonText.object(json -> {
            json.writeNumberProperty("schema", SCHEMA);
            json.writeNumberProperty("seq", now.seq());
            json.writeStringProperty("bootId", bootId);
            json.writeStringProperty("instanceId", instanceId);
            json.writeNumberProperty("generation", now.generation());
            json.writeStringProperty("configHash", now.configHash());
            json.writeStringProperty("state", now.word());
            now.percent().ifPresent(percent -> json.writeNumberProperty("percent", percent));
            json.writeArrayPropertyStart("models");
            for (ModelState model : now.models()) {
                json.writeStartObject();
                json.writeStringProperty("name", model.name());
                model.digest().ifPresent(digest -> json.writeStringProperty("digest", digest));
                json.writeBooleanProperty("loaded", model.loaded());
                json.writeEndObject();
            }
            json.writeEndArray();
            install(json, now);
            json.writeNumberProperty("openStreams", streams.count());
            streams.lastActivity().ifPresent(at -> json.writeStringProperty("lastActivity", at.toString()));
            deadMan.dueAt().ifPresent(at -> json.writeStringProperty("deadManAt", at.toString()));
            if (!now.reason().isEmpty()) {
                json.writeStringProperty("reason", now.reason());
            }
        });
    }

    private static void install(JsonGenerator json, Snapshot now) {
        if (now.install().isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart("install");
        for (InstallStep step : now.install()) {
            json.writeStartObject();
            json.writeStringProperty("step", step.name());
            json.writeNumberProperty("exitCode", step.exitCode());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
