// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest implements JsonScanner.Listener {
    private final List<String> seen = new ArrayList<>();
    private final JsonScanner scanner = new JsonScanner(FieldTree.of("a", "b.c", "d[]", "d[].e", "f"), this);

    @Override
    public void begin(int field, boolean array) {
        seen.add(field + (array ? "[" : "{"));
    }

    @Override
    public void scalar(int field, JsonScanner value) {
        seen.add(
                field + "=" + (value.isNull() ? "null" : value.isText() ? value.word() : Long.toString(value.count())));
    }

    @Test
    void reportsOnlyTheFieldsAskedFor() {
        scan("""
                {"x":{"a":1,"b":{"c":2}},"a":3,"b":{"c":"text","d":[{"e":1}]},"d":[{"e":4},5,[6],{"x":7},"s"],"c":8,"f":null}""");
        assertThat(seen).containsExactly("0=3", "1=text", "2{", "3=4", "2=5", "2[", "2{", "2=s", "4=null");
        assertThat(scanner.complete()).isTrue();
    }

    @Test
    void readsEscapesInKeysAndShortStrings() {
        scan("{\"\\u0061\":\"x\\n\\\"\\\\y\",\"b\\u00e4\":1}");
        assertThat(seen).containsExactly("0=x\n\"\\y");
    }

    @Test
    void neverTakesTextForStructure() {
        scan("{\"z\":\"\\\",\\\"a\\\":1}\",\"y\":\"\\\\\",\"f\":2}");
        assertThat(seen).containsExactly("4=2");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "12, 12",
        "12.0, 12",
        "1e3, 1000",
        "1.5E1, 15",
        "0e99, 0",
        "4294967296, 4294967296",
        "9007199254740992, 9007199254740992",
        "9007199254740993, -2",
        "1e17, -2",
        "1e999999999, -2",
        "1e-1, -2",
        "1.5, -2",
        "-1, -2",
        "true, -2",
        "null, -1"
    })
    @DisplayName("T10 a count is an integral number from 0 to 2^53, null is absent, all else malformed")
    void readsCounts(String text, long count) {
        JsonScanner number = new JsonScanner(FieldTree.of("n"), new JsonScanner.Listener() {
            @Override
            public void begin(int field, boolean array) {}

            @Override
            public void scalar(int field, JsonScanner value) {
                seen.add(Long.toString(value.count()));
            }
        });
        feed(number, "{\"n\":" + text + "}");
        assertThat(seen).containsExactly(Long.toString(count));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "1", " {\"a\":[1,2,{}]} \n", "\ufeff{}", "\"x\"", "true", "[[],{},\"]\"]"})
    void knowsAWholeText(String text) {
        scan(text);
        assertThat(scanner.complete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "[1", "\"x", "[\"x\\\""})
    void knowsThatATextGoesOn(String text) {
        scan(text);
        assertThat(scanner.complete()).isFalse();
        assertThat(scanner.failed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<html>", "{]", "[}", "{1}", "{\"a\" 1}", "[1 2]", "{}{}", "{,}", "[1\"x\"]", "[DONE]", "}"})
    void knowsWhatIsNoJson(String text) {
        scan(text);
        assertThat(scanner.failed()).isTrue();
    }

    @Test
    void givesUpOnBottomlessNesting() {
        scan("[".repeat(JsonScanner.MAX_DEPTH) + "]".repeat(JsonScanner.MAX_DEPTH));
        assertThat(scanner.complete()).isTrue();
        scanner.reset();
        scan("[".repeat(JsonScanner.MAX_DEPTH + 1));
        assertThat(scanner.failed()).isTrue();
    }

    @Test
    void keepsNoMoreOfAScalarThanItsLength() {
        scan("{\"a\":\"" + "x".repeat(100) + "\",\"f\":" + "1".repeat(100) + "}");
        assertThat(seen).containsExactly("0=", "4=-2");
    }

    @Test
    void startsOverAfterAReset() {
        scan("{\"a\":{\"b\":\"\\");
        scanner.reset();
        scan("{\"a\":1}");
        assertThat(seen).containsExactly("0{", "0=1");
    }

    private void scan(String text) {
        feed(scanner, text);
    }

    private static void feed(JsonScanner scanner, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        scanner.feed(bytes, 0, bytes.limit());
        scanner.finish();
    }
}
