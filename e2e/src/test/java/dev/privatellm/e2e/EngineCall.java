// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A call that any engine answers.
 *
 * @param body empty if there is none
 */
record EngineCall(String method, String path, String body) {

    /** All that are compared: the lines of {@code engine-calls.txt}. */
    static List<EngineCall> all() {
        try (var file = EngineCall.class.getResourceAsStream("engine-calls.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" +", 3))
                    .map(part -> new EngineCall(part[0], part[1], part.length > 2 ? part[2] : ""))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Wire.Answer to(Wire engine) throws IOException, InterruptedException {
        return engine.send(method, path, body);
    }

    @Override
    public String toString() {
        return method + " " + path + " " + body;
    }
}
