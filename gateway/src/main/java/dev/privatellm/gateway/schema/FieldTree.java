// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a {@link JsonScanner} is to report, as a tree of keys. A path reads {@code choices[].delta.content}; the number of a field is the
 * position of its path in the list that the tree was made of. Immutable once made.
 */
final class FieldTree {
    /** The number of a node that lies on the way to a field but is none. */
    static final int NO_FIELD = -1;

    /** Steps of the longest path at most. */
    static final int MAX_HEIGHT = 16;

    private int field = NO_FIELD;
    private final List<byte[]> keys = new ArrayList<>();
    private final List<FieldTree> children = new ArrayList<>();
    private @Nullable FieldTree element;

    private FieldTree() {}

    /** A field that knows its path; its number is its place in the list. */
    interface Field {
        /** For example {@code usage.prompt_tokens}. */
        String path();
    }

    static FieldTree of(List<? extends Field> fields) {
        return of(fields.stream().map(Field::path).toArray(String[]::new));
    }

    static FieldTree of(String... paths) {
        FieldTree root = new FieldTree();
        for (int i = 0; i < paths.length; i++) {
            FieldTree node = root;
            String[] steps = paths[i].replace("[]", ".[]").split("\\.", -1);
            if (steps.length >= MAX_HEIGHT) {
                throw new IllegalArgumentException(paths[i] + " (expected: fewer than " + MAX_HEIGHT + " steps)");
            }
            for (String step : steps) {
                node = step.equals("[]") ? node.elementOrNew() : node.childOrNew(step);
            }
            node.field = i;
        }
        return root;
    }

    int field() {
        return field;
    }

    /** What is reported of the elements, if this is an array. */
    @Nullable
    FieldTree element() {
        return element;
    }

    /** What is reported of the value under this key, if this is an object. */
    @Nullable
    FieldTree child(byte[] key, int length) {
        for (int i = 0; i < keys.size(); i++) {
            byte[] candidate = keys.get(i);
            if (candidate.length == length && Arrays.equals(candidate, 0, length, key, 0, length)) {
                return children.get(i);
            }
        }
        return null;
    }

    private FieldTree elementOrNew() {
        FieldTree present = element;
        if (present == null) {
            present = new FieldTree();
            element = present;
        }
        return present;
    }

    private FieldTree childOrNew(String step) {
        byte[] key = step.getBytes(StandardCharsets.UTF_8);
        FieldTree present = child(key, key.length);
        if (present == null) {
            present = new FieldTree();
            keys.add(key);
            children.add(present);
        }
        return present;
    }
}
