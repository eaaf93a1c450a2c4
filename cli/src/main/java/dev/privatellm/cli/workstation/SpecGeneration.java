// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Counts the changes of a document, as an API server would.
 *
 * @param hash of the document as it was last seen
 */
@JsonPropertyOrder({"schema", "generation", "hash"})
record SpecGeneration(int schema, long generation, String hash) {
    private static final int SCHEMA = 1;
    private static final JsonMapper JSON = JsonMapper.shared();

    /** The generation of this document: one more than the last if it differs from the one seen last. */
    static long of(Path file, Object document) throws IOException {
        String hash = Hashes.sha256(JSON.writeValueAsString(document));
        Optional<byte[]> content = DurableFile.read(file);
        SpecGeneration last;
        try {
            last = content.isEmpty()
                    ? new SpecGeneration(SCHEMA, 0, "")
                    : JSON.readValue(content.get(), SpecGeneration.class);
        } catch (JacksonException e) {
            throw new IOException(file + " is damaged", e);
        }
        if (last.hash.equals(hash)) {
            return last.generation;
        }
        SpecGeneration next = new SpecGeneration(SCHEMA, last.generation + 1, hash);
        DurableFile.write(file, JSON.writeValueAsBytes(next));
        return next.generation;
    }
}
