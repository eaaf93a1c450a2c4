// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/** Adds up the progress of a pull over its layers. Told only when the whole percent changes, and never backwards. */
final class PullProgress {
    /** Layers of one model; more are not counted. */
    static final int MAX_LAYERS = 1000;

    private record Layer(long completed, long total) {}

    private final IntConsumer percent;
    private final Map<String, Layer> layers = new HashMap<>();
    private int told = -1;
    private boolean success;
    private String error = "";

    PullProgress(IntConsumer percent) {
        this.percent = percent;
    }

    /** One line of the engine's answer. */
    void line(String text) {
        try {
            JsonObject line = JsonObject.parse("/api/pull", HttpCaller.utf8(text));
            line.text("error").ifPresent(message -> error = message);
            success |= line.text("status").map("success"::equals).orElse(false);
            count(
                    line.text("digest"),
                    line.number("completed").orElse(0L),
                    line.number("total").orElse(0L));
        } catch (InvalidDocument e) {
            error = String.valueOf(e.getMessage());
        }
    }

    private void count(Optional<String> digest, long completed, long total) {
        if (digest.isPresent() && total > 0 && (layers.size() < MAX_LAYERS || layers.containsKey(digest.get()))) {
            layers.put(digest.get(), new Layer(Math.min(total, completed), total));
            tell();
        }
    }

    private void tell() {
        double completed =
                layers.values().stream().mapToDouble(Layer::completed).sum();
        double total = layers.values().stream().mapToDouble(Layer::total).sum();
        int now = (int) (100 * completed / total);
        if (now > told) {
            told = now;
            percent.accept(now);
        }
    }

    /** What the engine says went wrong, or empty. */
    String error() {
        return error;
    }

    boolean isSuccess() {
        return success;
    }
}
