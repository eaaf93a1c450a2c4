// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.relay.Headers;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/** The few calls of Ollama's native API that make a model present and loaded. Blocks. Which statuses and messages they have was taken from Ollama's API document. */
final class EngineClient {
    private static final Headers NONE = Headers.EMPTY;

    private final HttpCaller caller;

    EngineClient(HttpCaller caller) {
        this.caller = caller;
    }

    /** Whether the engine answers at all, and with 200: nothing else counts as up. */
    boolean isUp() throws InterruptedException {
        try {
            return caller.get("/api/version", NONE).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the engine says that it holds no model in memory. One that cannot tell is not taken for empty. */
    boolean holdsNone() throws InterruptedException {
        try {
            HttpAnswer answer = caller.get("/api/ps", NONE);
            return answer.status() == 200
                    && JsonObject.parse("/api/ps", HttpCaller.utf8(answer.text()))
                            .objects("models")
                            .isEmpty();
        } catch (IOException | InvalidDocument e) {
            return false;
        }
    }

    /**
     * The digest of this model's manifest, if the engine has the model, complete. It is what tells one state of a tag from another; the engine has compared what lies under it, layer by layer,
     * with the digests in that manifest.
     */
    Optional<String> digest(String model) throws IOException, InterruptedException {
        HttpAnswer answer = caller.post("/api/show", JsonText.object(json -> json.writeStringProperty("model", model)));
        return switch (answer.status()) {
            case 200 -> in(digests(), model);
            case 404, 400 -> Optional.empty();
            default -> throw new IOException("/api/show: status " + answer.status());
        };
    }

    /** Under whichever of its names it is listed. */
    static Optional<String> in(Map<String, String> digests, String model) {
        return Optional.ofNullable(digests.get(model))
                .or(() -> Optional.ofNullable(digests.get(PulledRecord.canonical(model))));
    }

    /** Digests of all models that the engine has, by name. */
    Map<String, String> digests() throws IOException, InterruptedException {
        HttpAnswer answer = caller.get("/api/tags", NONE);
        Map<String, String> digests = new HashMap<>();
        try {
            for (JsonObject model : JsonObject.parse("/api/tags", HttpCaller.utf8(answer.text()))
                    .objects("models")) {
                Optional<String> name = model.text("name");
                Optional<String> digest = model.text("digest");
                if (name.isPresent() && digest.isPresent()) {
                    digests.put(name.get(), digest.get());
                }
            }
        } catch (InvalidDocument e) {
            throw new IOException("/api/tags: " + e.getMessage(), e);
        }
        return digests;
    }

    /**
     * Pulls a model; the engine goes on from what it already has of it. Returning means that the engine said so, not that it is there: ask {@link #digest}.
     *
     * @param percent progress, 0 to 100, on an event loop
     * @param abandonment ends the pull: the engine stops when nobody listens any more, and keeps what it has for the next
     * @throws IOException if the engine says no, or stops saying anything; the message is the engine's
     */
    void pull(String model, IntConsumer percent, Abandonment abandonment) throws IOException, InterruptedException {
        PullProgress progress = new PullProgress(percent);
        byte[] request = JsonText.object(json -> {
            json.writeStringProperty("model", model);
            json.writeBooleanProperty("stream", true);
        });
        HttpAnswer answer = caller.post("/api/pull", request, progress::line, abandonment);
        if (!answer.isSuccess()) {
            throw new IOException("pull of " + model + ": status " + answer.status() + message(answer));
        }
        if (!progress.error().isEmpty()) {
            throw new IOException("pull of " + model + ": " + progress.error());
        }
        if (!progress.isSuccess()) {
            throw new IOException("pull of " + model + " ended without success");
        }
    }

    /**
     * Loads a model and keeps it: by generating from an empty prompt or, if it can only embed, by embedding nothing.
     *
     * @param contextLength zero for the engine's own
     * @throws IOException if it does not load
     */
    void load(String model, long contextLength) throws IOException, InterruptedException {
        HttpAnswer answer = caller.post("/api/generate", loading(model, contextLength, "prompt"));
        if (answer.status() == 400) {
            answer = caller.post("/api/embed", loading(model, contextLength, "input"));
        }
        if (answer.status() != 200) {
            throw new IOException("load of " + model + ": status " + answer.status() + message(answer));
        }
    }

    /** Takes a model out of memory once nothing of it runs. One that is not there needs no more than that. */
    void unload(String model) throws IOException, InterruptedException {
        HttpAnswer answer = caller.post("/api/generate", JsonText.object(json -> {
            json.writeStringProperty("model", model);
            json.writeBooleanProperty("stream", false);
            json.writeNumberProperty("keep_alive", 0);
        }));
        requireGone("unload", model, answer);
    }

    /** Removes a model from the disk. */
    void delete(String model) throws IOException, InterruptedException {
        requireGone(
                "delete",
                model,
                caller.delete("/api/delete", JsonText.object(json -> json.writeStringProperty("model", model))));
    }

    private static void requireGone(String what, String model, HttpAnswer answer) throws IOException {
        if (answer.status() != 200 && answer.status() != 404) {
            throw new IOException(what + " of " + model + ": status " + answer.status() + message(answer));
        }
    }

    private static byte[] loading(String model, long contextLength, String field) {
        return JsonText.object(json -> {
            json.writeStringProperty("model", model);
            json.writeStringProperty(field, "");
            json.writeBooleanProperty("stream", false);
            json.writeNumberProperty("keep_alive", -1);
            if (contextLength > 0) {
                json.writeObjectPropertyStart("options");
                json.writeNumberProperty("num_ctx", contextLength);
                json.writeEndObject();
            }
        });
    }

    private static String message(HttpAnswer answer) {
        try {
            return JsonObject.parse("answer", HttpCaller.utf8(answer.text()))
                    .text("error")
                    .map(error -> ", " + error)
                    .orElse("");
        } catch (InvalidDocument e) {
            return "";
        }
    }
}
