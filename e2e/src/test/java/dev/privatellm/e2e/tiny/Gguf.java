// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e.tiny;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A model file in the format GGUF, version 3: settings, then the names and shapes of the tensors, then their numbers. Everything is little-endian, see {@code
 * docs/gguf.md} of ggml-org/ggml.
 */
final class Gguf {
    private static final int MAGIC = 0x46554747;
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;

    private static final int UINT32 = 4;
    private static final int INT32 = 5;
    private static final int FLOAT32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private static final int TENSOR_F32 = 0;
    private static final int TENSOR_F16 = 1;

    private final Bytes settings = new Bytes();
    private final Bytes shapes = new Bytes();
    private final List<byte[]> numbers = new ArrayList<>();
    private int settingCount;
    private long offset;

    void set(String key, int value) {
        setting(key, UINT32).int32(value);
    }

    void set(String key, float value) {
        setting(key, FLOAT32).int32(Float.floatToIntBits(value));
    }

    void set(String key, boolean value) {
        setting(key, BOOL).int8(value ? 1 : 0);
    }

    void set(String key, String value) {
        setting(key, STRING).string(value);
    }

    void set(String key, List<String> values) {
        var bytes = setting(key, ARRAY).int32(STRING).int64(values.size());
        values.forEach(bytes::string);
    }

    void set(String key, int[] values) {
        var bytes = setting(key, ARRAY).int32(INT32).int64(values.length);
        for (int value : values) {
            bytes.int32(value);
        }
    }

    /** Adds a vector in single precision. */
    void add(String name, float[] vector) {
        var bytes = new Bytes();
        for (float value : vector) {
            bytes.int32(Float.floatToIntBits(value));
        }
        shape(name, TENSOR_F32, vector.length);
        tensor(bytes);
    }

    /** Adds a matrix, given by its rows, in half precision. */
    void add(String name, float[][] rows) {
        var bytes = new Bytes();
        for (float[] row : rows) {
            for (float value : row) {
                bytes.int16(Float.floatToFloat16(value));
            }
        }
        shape(name, TENSOR_F16, rows[0].length, rows.length);
        tensor(bytes);
    }

    void write(Path file) throws IOException {
        var bytes =
                new Bytes().int32(MAGIC).int32(VERSION).int64(numbers.size()).int64(settingCount);
        bytes.write(settings);
        bytes.write(shapes);
        bytes.align();
        numbers.forEach(tensor -> bytes.write(tensor, 0, tensor.length));
        Files.write(file, bytes.toByteArray());
    }

    private Bytes setting(String key, int type) {
        settingCount++;
        return settings.string(key).int32(type);
    }

    /** A shape goes from the fastest-changing dimension to the slowest. */
    private void shape(String name, int type, long... dimensions) {
        shapes.string(name).int32(dimensions.length);
        for (long dimension : dimensions) {
            shapes.int64(dimension);
        }
        shapes.int32(type).int64(offset);
    }

    private void tensor(Bytes bytes) {
        bytes.align();
        numbers.add(bytes.toByteArray());
        offset += bytes.size();
    }

    private static final class Bytes extends ByteArrayOutputStream {

        Bytes int8(int value) {
            write(value);
            return this;
        }

        Bytes int16(short value) {
            return put(value, Short.BYTES);
        }

        Bytes int32(int value) {
            return put(value, Integer.BYTES);
        }

        Bytes int64(long value) {
            return put(value, Long.BYTES);
        }

        Bytes string(String value) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            int64(utf8.length);
            write(utf8, 0, utf8.length);
            return this;
        }

        void write(Bytes other) {
            write(other.buf, 0, other.count);
        }

        void align() {
            while (size() % ALIGNMENT != 0) {
                write(0);
            }
        }

        private Bytes put(long value, int size) {
            for (int i = 0; i < size; i++) {
                write((int) (value >>> (Byte.SIZE * i)));
            }
            return this;
        }
    }
}
