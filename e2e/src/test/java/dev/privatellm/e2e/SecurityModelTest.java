// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every promise of the security model names the tests that hold it. */
class SecurityModelTest {
    private static final Path PAGE = Path.of("..", "docs", "explanation", "security-model.md");
    private static final Path ROOT = Path.of("..");

    /** What is not protected cannot be tested, and is the last chapter. */
    private static final String NOT_PROMISED = "## What this does not protect from";

    private static final Pattern PROMISE = Pattern.compile("(?m)^- .*$");
    private static final Pattern TESTS = Pattern.compile("\\[([^\\]]+)]$");
    private static final Pattern TEST = Pattern.compile("([A-Z]\\w+Test|run\\.sh)( [A-Z]+\\d+)?");

    static List<String> promises() throws IOException {
        var text = Files.readString(PAGE);
        return PROMISE.matcher(text.substring(0, text.indexOf(NOT_PROMISED)))
                .results()
                .map(line -> line.group())
                .toList();
    }

    @ParameterizedTest
    @DisplayName("X2 every sentence of the security model names tests that exist, by the beginning of their names")
    @MethodSource("promises")
    void isHeldByTests(String promise) throws IOException {
        var tests = TESTS.matcher(promise);
        assertThat(tests.find()).as("names its tests at the end: %s", promise).isTrue();
        for (var named : List.of(tests.group(1).split(", ", -1))) {
            var test = TEST.matcher(named);
            assertThat(test.matches()).as(named).isTrue();
            var id = test.group(2);
            assertThat(sources(test.group(1))).as(named).anyMatch(source -> id == null || hasName(source, id.strip()));
        }
    }

    @Test
    void promisesSomething() throws IOException {
        assertThat(promises()).hasSizeGreaterThan(20);
    }

    /** Whether a display name begins with this id, or with others before it. */
    private static boolean hasName(String source, String id) {
        return Pattern.compile("\"(?:[A-Z]+\\d+ )*" + id + " ").matcher(source).find();
    }

    private static List<String> sources(String test) throws IOException {
        if (test.equals("run.sh")) {
            return List.of(Files.readString(Path.of("machine", "run.sh")));
        }
        try (Stream<Path> modules = Files.list(ROOT)) {
            var folders = modules.map(
                            module -> module.resolve("src").resolve("test").resolve("java"))
                    .filter(Files::isDirectory)
                    .toList();
            var found = new ArrayList<String>();
            for (var folder : folders) {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (var file :
                            files.filter(path -> path.endsWith(test + ".java")).toList()) {
                        found.add(Files.readString(file));
                    }
                }
            }
            return found;
        }
    }
}
