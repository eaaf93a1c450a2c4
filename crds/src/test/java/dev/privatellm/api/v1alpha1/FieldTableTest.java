// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FieldTableTest {
    private static final Path REFERENCE = Path.of("..", "docs", "reference.md");
    private static final Path READER =
            Path.of("src", "main", "java", "dev", "privatellm", "api", "v1alpha1", "DocumentReader.java");

    /** A field that is read, as the first argument of whatever reads it. */
    private static final Pattern READ = Pattern.compile(
            "\\.(?:text|textOr|optionalText|texts|number|optionalNumber|numberOrZero|choice|yesOrNo|object|objects)\\(\\s*\"(\\w+)\"");

    /** A path in the first column, or one that goes on from the one before it. */
    private static final Pattern PATH = Pattern.compile("`([\\w.\\[\\]]+)`");

    @Test
    @DisplayName("X1 the table of fields names every field that is read, and no other")
    void namesEveryField() throws IOException {
        Set<String> read = new TreeSet<>();
        READ.matcher(Files.readString(READER)).results().forEach(field -> read.add(field.group(1)));

        Set<String> told = new TreeSet<>();
        Files.readString(REFERENCE)
                .lines()
                .dropWhile(line -> !line.equals("## The document"))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(0, line.indexOf('|', 1)))
                .flatMap(cell -> PATH.matcher(cell).results().map(path -> path.group(1)))
                .forEach(path -> told.addAll(
                        Set.of(path.replace("[]", "").replaceFirst("^\\.", "").split("\\."))));

        assertThat(told).isEqualTo(read);
    }
}
