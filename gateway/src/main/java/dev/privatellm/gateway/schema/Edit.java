// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/**
 * A textual change of a body: at byte {@code offset} take {@code remove} bytes away and put {@code insert} there. Every other byte stays as it is, so a
 * holder of the body writes {@code [0, offset)}, {@code insert}, {@code [offset + remove, end)}.
 *
 * @param offset in bytes from the start of the body
 * @param remove bytes replaced, may be 0
 * @param insert ASCII text put there
 */
public record Edit(int offset, int remove, String insert) {
    /** Length of the body after the change, in bytes. */
    public int lengthAfter(int lengthBefore) {
        return lengthBefore - remove + insert.length();
    }

    /** The bytes of {@link #insert}. */
    public byte[] insertedBytes() {
        return insert.getBytes(StandardCharsets.US_ASCII);
    }

    /** The changed copy of a body, whatever the order of the edits, which must not overlap. */
    public static byte[] applyAll(byte[] body, List<Edit> edits) {
        List<Edit> ordered =
                edits.stream().sorted(Comparator.comparingInt(Edit::offset)).toList();
        int length = body.length;
        for (Edit edit : ordered) {
            length = edit.lengthAfter(length);
        }
        ByteBuffer changed = ByteBuffer.allocate(length);
        int copied = 0;
        for (Edit edit : ordered) {
            changed.put(body, copied, edit.offset() - copied).put(edit.insertedBytes());
            copied = edit.offset() + edit.remove();
        }
        return changed.put(body, copied, body.length - copied).array();
    }
}
