// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
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

    private static final Pattern DIAGRAM = Pattern.compile("(?s)```.*?```");
    private static final Pattern TESTS = Pattern.compile("\\[([^\\]]+)]$");

    /** A class with an id or a method, or the suite with a case; a class alone would hold anything. */
    private static final Pattern TEST =
            Pattern.compile("([A-Z]\\w+Test)(?: ([A-Z]+\\d+)|\\.(\\w+))|suite\\.py\\.(\\w+)");

    /** Where a sentence ends and another begins, which would have no tests of its own. */
    private static final Pattern SECOND_SENTENCE = Pattern.compile("\\.\\s+[A-Z]");

    static List<String> promises() throws IOException {
        return lines().filter(line -> line.startsWith("- ")).toList();
    }

    /** From the first heading of a chapter on; what comes before says how to read the page. */
    private static Stream<String> lines() throws IOException {
        var text = Files.readString(PAGE);
        var chapters = text.substring(text.indexOf("\n## "), text.indexOf(NOT_PROMISED));
        return DIAGRAM.matcher(chapters).replaceAll("").lines();
    }

    @ParameterizedTest
    @DisplayName("X2 every sentence of the security model names tests that exist")
    @MethodSource("promises")
    void isHeldByTests(String promise) throws IOException {
        var tests = TESTS.matcher(promise);
        assertThat(tests.find()).as("names its tests at the end: %s", promise).isTrue();
        assertThat(promise.substring(0, tests.start())).doesNotContainPattern(SECOND_SENTENCE);
        for (var named : List.of(tests.group(1).split(", ", -1))) {
            var test = TEST.matcher(named);
            assertThat(test.matches()).as("class with id or method: %s", named).isTrue();
            assertThat(exists(test)).as(named).isTrue();
        }
    }

    @Test
    @DisplayName("X2 nothing stands between the promises of the security model that names no test")
    void promisesInSentencesThatNameTheirTestsOnly() throws IOException {
        assertThat(promises()).hasSizeGreaterThan(30);
        assertThat(lines()).allMatch(line -> line.isBlank() || line.startsWith("## ") || line.startsWith("- "));
    }

    private static boolean exists(Matcher test) throws IOException {
        if (test.group(4) != null) {
            var suite = Files.readString(Path.of("machine", "suite.py"));
            return suite.contains("    def %s(self)".formatted(test.group(4)))
                    && suite.contains("    \"%s\": \"".formatted(test.group(4)));
        }
        var held = test.group(2) == null
                ? Pattern.compile("@(?:Test|ParameterizedTest|TestFactory)\\b(?s:(?!\\n    }\\n).)*\\bvoid %s\\("
                        .formatted(test.group(3)))
                : Pattern.compile("\"(?:[A-Z]+\\d+ )*%s ".formatted(test.group(2)));
        return sources(test.group(1)).stream()
                .anyMatch(source -> held.matcher(source).find());
    }

    private static List<String> sources(String test) throws IOException {
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
