// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes JSON documents. */
final class JsonText {
    private JsonText() {}

    /** A document of one object whose fields {@code fields} writes. */
    static byte[] object(Consumer<JsonGenerator> fields) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator generator = JsonObject.FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            generator.writeStartObject();
            fields.accept(generator);
            generator.writeEndObject();
        }
        return text.toByteArray();
    }
}
