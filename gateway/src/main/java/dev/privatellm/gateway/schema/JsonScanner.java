// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A push parser for one JSON text (RFC 8259), fed in slices of any size, that reports only the fields of a {@link FieldTree}. It follows the structure
 * byte by byte, so words inside a user's text are never taken for fields; it copies nothing but keys and the short scalars it reports, at most
 * {@link #MAX_SCALAR} bytes each, so a text of any length costs constant memory and constant time per byte.
 *
 * <p>It accepts every valid text. Of the invalid ones it notices wrong structure, not wrong numbers, words or encodings in fields nobody asked for.
 */
final class JsonScanner {
    /** Bytes of a key or a reported scalar that are kept. */
    static final int MAX_SCALAR = 64;

    /** Deeper texts are given up on: {@link #failed}. */
    static final int MAX_DEPTH = 1024;

    /** Largest count that every client can represent. */
    static final long MAX_COUNT = 1L << 53;

    /** What {@link #count} answers for a null. */
    static final long ABSENT = -1;

    /** What {@link #count} answers for anything that is no count. */
    static final long MALFORMED = -2;

    /** Is told of fields while they are read. */
    interface Listener {
        /** An object or array begins. */
        void begin(int field, boolean array);

        /** A string, number or word has been read; the scanner may be asked about it during this call. */
        void scalar(int field, JsonScanner value);
    }

    private enum State {
        VALUE,
        FIRST_VALUE_OR_END,
        FIRST_KEY_OR_END,
        KEY,
        COLON,
        COMMA_OR_END,
        STRING,
        BARE,
        DONE,
        FAILED
    }

    private final FieldTree root;
    private final Listener listener;
    private final long[] arrays = new long[MAX_DEPTH / Long.SIZE];
    private final @Nullable FieldTree[] nodes = new FieldTree[FieldTree.MAX_HEIGHT];
    private final byte[] kept = new byte[MAX_SCALAR];

    private State state = State.VALUE;
    private int depth;
    private @Nullable FieldTree node;
    private boolean isKey;
    private boolean isString;
    private boolean keeps;
    private long length;
    private int escape;
    private int unicode;

    JsonScanner(FieldTree root, Listener listener) {
        this.root = root;
        this.listener = listener;
        this.node = root;
    }

    /** Starts over with a new text. */
    void reset() {
        state = State.VALUE;
        depth = 0;
        node = root;
        escape = 0;
    }

    /** Reads the bytes of {@code slice} from index {@code from} to before {@code to}, by absolute index. */
    void feed(ByteBuffer slice, int from, int to) {
        int at = from;
        while (at < to && state != State.FAILED) {
            if (state == State.STRING && escape == 0) {
                at = plainText(slice, at, to);
            }
            if (at < to) {
                accept(slice.get(at));
                at++;
            }
        }
    }

    /** Reads a string's bytes up to its end or an escape, and answers where it stopped. */
    private int plainText(ByteBuffer slice, int from, int to) {
        int at = from;
        while (at < to) {
            byte b = slice.get(at);
            if (b == '"' || b == '\\') {
                break;
            }
            at++;
        }
        if (keeps && length < MAX_SCALAR) {
            int room = MAX_SCALAR - (int) length;
            slice.get(from, kept, (int) length, Math.min(room, at - from));
        }
        length += at - from;
        return at;
    }

    /** Says that the text is over, which alone ends a number at top level. */
    void finish() {
        if (state == State.BARE && depth == 0) {
            endBare();
        }
    }

    /** Whether one whole value has been read and nothing but white space after it. */
    boolean complete() {
        return state == State.DONE;
    }

    /** Whether this is no JSON text, or one that is too deep. */
    boolean failed() {
        return state == State.FAILED;
    }

    void accept(byte b) {
        switch (state) {
            case STRING -> inString(b);
            case BARE -> inBare(b);
            case VALUE, FIRST_VALUE_OR_END -> beforeValue(b);
            case FIRST_KEY_OR_END, KEY -> beforeKey(b);
            case COLON -> {
                if (b == ':') {
                    state = State.VALUE;
                } else {
                    needSpace(b);
                }
            }
            case COMMA_OR_END -> afterValue(b);
            case DONE -> needSpace(b);
            case FAILED -> {}
        }
    }

    private void beforeValue(byte b) {
        switch (b) {
            case '{' -> open(false);
            case '[' -> open(true);
            case ']' -> {
                if (state == State.FIRST_VALUE_OR_END) {
                    close();
                } else {
                    state = State.FAILED;
                }
            }
            case '"' -> beginScalar(true);
            case ' ', '\t', '\n', '\r' -> {}
            default -> {
                if (b == '-' || (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z')) {
                    beginScalar(false);
                    keep(b);
                } else if (depth > 0 || !isMark(b)) {
                    state = State.FAILED;
                }
            }
        }
    }

    /** A byte order mark, which RFC 8259 §8.1 lets a reader ignore. */
    private static boolean isMark(byte b) {
        return b == (byte) 0xef || b == (byte) 0xbb || b == (byte) 0xbf;
    }

    private void beforeKey(byte b) {
        if (b == '"') {
            isKey = true;
            isString = true;
            keeps = container() != null;
            length = 0;
            state = State.STRING;
        } else if (b == '}' && state == State.FIRST_KEY_OR_END) {
            close();
        } else {
            needSpace(b);
        }
    }

    private void afterValue(byte b) {
        if (b == ',') {
            state = inArray() ? State.VALUE : State.KEY;
            node = inArray() ? elementOf(container()) : null;
        } else if (b == (inArray() ? ']' : '}')) {
            close();
        } else {
            needSpace(b);
        }
    }

    private void needSpace(byte b) {
        if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
            state = State.FAILED;
        }
    }

    private void beginScalar(boolean string) {
        isKey = false;
        isString = string;
        keeps = node != null && node.field() != FieldTree.NO_FIELD;
        length = 0;
        state = string ? State.STRING : State.BARE;
    }

    private void inString(byte b) {
        if (escape == 0) {
            if (b == '"') {
                endString();
            } else if (b == '\\') {
                escape = 1;
            } else {
                keep(b);
            }
        } else if (escape == 1) {
            if (b == 'u') {
                escape = 2;
                unicode = 0;
            } else {
                escape = 0;
                keep(unescaped(b));
            }
        } else {
            unicode = unicode << 4 | Character.digit(b, 16);
            escape++;
            if (escape == 6) {
                escape = 0;
                keep(unicode >= 0 && unicode < 0x80 ? (byte) unicode : (byte) 0xff);
            }
        }
    }

    private static byte unescaped(byte b) {
        return switch (b) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> b;
        };
    }

    private void inBare(byte b) {
        if (b == ',' || b == '}' || b == ']' || b == ' ' || b == '\t' || b == '\n' || b == '\r') {
            endBare();
            accept(b);
        } else if (b == '"' || b == '{' || b == '[' || b == ':') {
            state = State.FAILED;
        } else {
            keep(b);
        }
    }

    private void keep(byte b) {
        if (keeps && length < MAX_SCALAR) {
            kept[(int) length] = b;
        }
        length++;
    }

    private void endString() {
        if (isKey) {
            FieldTree object = container();
            node = object == null || length > MAX_SCALAR ? null : object.child(kept, (int) length);
            state = State.COLON;
        } else {
            endScalar();
        }
    }

    private void endBare() {
        endScalar();
    }

    private void endScalar() {
        state = depth == 0 ? State.DONE : State.COMMA_OR_END;
        if (node != null && node.field() != FieldTree.NO_FIELD) {
            listener.scalar(node.field(), this);
        }
    }

    private void open(boolean array) {
        if (depth == MAX_DEPTH) {
            state = State.FAILED;
            return;
        }
        FieldTree opened = node;
        if (opened != null && opened.field() != FieldTree.NO_FIELD) {
            listener.begin(opened.field(), array);
        }
        if (depth < nodes.length) {
            nodes[depth] = opened;
        }
        long bit = 1L << depth;
        arrays[depth / Long.SIZE] = array ? arrays[depth / Long.SIZE] | bit : arrays[depth / Long.SIZE] & ~bit;
        depth++;
        node = array ? elementOf(opened) : null;
        state = array ? State.FIRST_VALUE_OR_END : State.FIRST_KEY_OR_END;
    }

    /** What is asked of the innermost open object or array. */
    private @Nullable FieldTree container() {
        return depth <= nodes.length ? nodes[depth - 1] : null;
    }

    private static @Nullable FieldTree elementOf(@Nullable FieldTree array) {
        return array == null ? null : array.element();
    }

    private void close() {
        depth--;
        state = depth == 0 ? State.DONE : State.COMMA_OR_END;
    }

    private boolean inArray() {
        return (arrays[(depth - 1) / Long.SIZE] & 1L << (depth - 1)) != 0;
    }

    /** Bytes of the scalar, escapes counted as what they stand for. */
    long length() {
        return length;
    }

    /** Whether the scalar is a string of at least one character. */
    boolean isText() {
        return isString && length > 0;
    }

    /** Whether it is the word {@code null}. */
    boolean isNull() {
        return isWord("null");
    }

    /** Whether it is this bare word. */
    boolean isWord(String word) {
        return !isString && equalsAscii(word);
    }

    /** Whether it is this string. */
    boolean isString(String text) {
        return isString && equalsAscii(text);
    }

    /** The string, if it is one that was kept whole, else empty. Only for words of the API, never for text of a user. */
    String word() {
        return isString && length <= MAX_SCALAR ? new String(kept, 0, (int) length, StandardCharsets.UTF_8) : "";
    }

    /** The scalar as a count: {@link #ABSENT} for null, {@link #MALFORMED} for anything but an integral number from 0 to {@link #MAX_COUNT}. */
    long count() {
        if (isNull()) {
            return ABSENT;
        }
        if (isString || length > MAX_SCALAR) {
            return MALFORMED;
        }
        try {
            BigDecimal number = new BigDecimal(new String(kept, 0, (int) length, StandardCharsets.US_ASCII));
            if (number.signum() == 0) {
                return 0;
            }
            boolean inRange = number.signum() > 0 && (long) number.precision() - number.scale() <= 16;
            BigDecimal whole = inRange ? number.stripTrailingZeros() : number;
            if (!inRange || whole.scale() > 0 || whole.longValueExact() > MAX_COUNT) {
                return MALFORMED;
            }
            return whole.longValueExact();
        } catch (NumberFormatException notANumber) {
            return MALFORMED;
        }
    }

    private boolean equalsAscii(String text) {
        if (length != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (kept[i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
