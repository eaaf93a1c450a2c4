// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.link.GuestHealth;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The guest's health as it is written on the wire. Fields that are not known here are passed over: the guest may be newer. */
@JsonIgnoreProperties(ignoreUnknown = true)
record HealthDocument(
        int schema,
        long seq,
        @Nullable String bootId,
        @Nullable String instanceId,
        long generation,
        @Nullable String configHash,
        @Nullable String state,
        @Nullable Integer percent,
        @Nullable List<ModelDocument> models,
        @Nullable List<InstallDocument> install,
        int openStreams,
        @Nullable Instant lastActivity,
        @Nullable Instant deadManAt,
        @Nullable String reason) {
    private static final int SCHEMA = 1;
    private static final JsonMapper JSON = JsonMapper.shared();

    @JsonIgnoreProperties(ignoreUnknown = true)
    record ModelDocument(@Nullable String name, @Nullable String digest, boolean loaded) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record InstallDocument(@Nullable String step, int exitCode) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Streams(@Nullable Integer openStreams) {}

    /** Reads a health answer; one that cannot be understood is a refusal, never a guess. */
    static GuestHealth read(byte[] body) {
        try {
            HealthDocument document = JSON.readValue(body, HealthDocument.class);
            if (document.schema != SCHEMA) {
                throw notUnderstood("schema " + document.schema, new IllegalArgumentException("schema"));
            }
            return document.health();
        } catch (JacksonException | IllegalArgumentException e) {
            throw notUnderstood("health", e);
        }
    }

    static int openStreams(byte[] body) {
        try {
            Integer open = JSON.readValue(body, Streams.class).openStreams();
            if (open == null) {
                throw notUnderstood("drain without openStreams", new IllegalArgumentException("openStreams"));
            }
            return open;
        } catch (JacksonException e) {
            throw notUnderstood("drain", e);
        }
    }

    private GuestHealth health() {
        return new GuestHealth(
                seq,
                required("bootId", bootId),
                required("instanceId", instanceId),
                generation,
                required("configHash", configHash),
                GuestHealth.State.valueOf(required("state", state).toUpperCase(Locale.ROOT)),
                Optional.ofNullable(percent),
                models == null
                        ? List.of()
                        : models.stream()
                                .map(model -> new GuestHealth.Model(
                                        required("models[].name", model.name),
                                        Optional.ofNullable(model.digest),
                                        model.loaded))
                                .toList(),
                install == null
                        ? List.of()
                        : install.stream()
                                .map(one ->
                                        new GuestHealth.InstallStep(required("install[].step", one.step), one.exitCode))
                                .toList(),
                openStreams,
                Optional.ofNullable(lastActivity),
                Optional.ofNullable(deadManAt),
                Optional.ofNullable(reason));
    }

    private static String required(String field, @Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException(field + ": absent");
        }
        return value;
    }

    private static GuestFailure notUnderstood(String what, Exception cause) {
        return new GuestFailure.Refused(200, "the machine's answer is not understood: " + what, cause);
    }
}
