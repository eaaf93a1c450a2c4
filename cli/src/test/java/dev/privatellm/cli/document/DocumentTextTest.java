// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.api.v1alpha1.DocumentReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DocumentTextTest {
    private static final Path SAMPLE = Path.of("..", "docs", "samples", "privatellm.yaml");
    private static final Path REFERENCE = Path.of("..", "docs", "reference.md");
    private static final Pattern PATH = Pattern.compile("`([\\w.\\[\\]]+)`");

    @Test
    @DisplayName("a field is changed in the sample, and all that somebody wrote around it stays")
    void changesOneField() throws IOException {
        String sample = Files.readString(SAMPLE);

        String changed = DocumentText.with(
                sample, Map.of(DocumentField.IDLE_TIMEOUT, "900", DocumentField.ZONES, "us-central1-a, us-central1-b"));

        List<String> before = words(sample);
        List<String> after = words(changed);
        assertThat(after).hasSameSizeAs(before);
        assertThat(after.stream().filter(line -> !before.contains(line)))
                .containsExactly(
                        "zones: [us-central1-a, us-central1-b] # tried in this order until one has the machine",
                        "idleTimeoutSeconds: 900 # asleep after this long without a stream; 0 = never");
        assertThat(DocumentReader.read(changed).spec().power().idleTimeoutSeconds())
                .isEqualTo(900);
    }

    private static List<String> words(String text) {
        return text.lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
    }

    @Test
    @DisplayName("a document is begun with nothing but options, and what is absent is made with its parents")
    void beginsADocument() {
        String begun = DocumentText.with(
                DocumentText.empty(),
                Map.of(
                        DocumentField.PROJECT, "my-project",
                        DocumentField.ZONES, "europe-west4-a",
                        DocumentField.MACHINE_TYPES, "g2-standard-8",
                        DocumentField.MODEL, "llama3.2:3b",
                        DocumentField.SCHEDULE, "[{cron: '* 8-17 * * 1-5', timeZone: Europe/Berlin, action: On}]",
                        DocumentField.SOURCE_RANGES, "Auto",
                        DocumentField.HSM, "false"));

        var document = DocumentReader.read(begun);
        assertThat(document.metadata()).hasToString("default/assistant");
        assertThat(document.spec().placement().zones()).containsExactly("europe-west4-a");
        assertThat(document.spec().power().schedule()).hasSize(1);
        assertThat(document.spec().security().hsm()).isFalse();
    }

    @Test
    @DisplayName(
            "a text that looks like something else stays a text, and a value that is none is refused with its reason")
    void quotesWhatItMust() {
        assertThat(DocumentText.with(DocumentText.empty(), Map.of(DocumentField.NAME, "42")))
                .contains("name: '42'");
        assertThatThrownBy(
                        () -> DocumentText.with(DocumentText.empty(), Map.of(DocumentField.SCHEDULE, "[{cron: never")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DocumentText.with("spec: nothing", Map.of(DocumentField.MODEL, "m")))
                .hasMessageContaining("spec.model.name")
                .hasMessageContaining("expected: one with fields");
        assertThatThrownBy(() -> DocumentText.with("", Map.of(DocumentField.MODEL, "m")))
                .hasMessageContaining("expected: a PrivateLlm");
    }

    @Test
    @DisplayName("X1 every field of the reference can be given as an option, and no other")
    void knowsEveryField() throws IOException {
        Set<String> told = new TreeSet<>();
        String[] parent = {""};
        Files.readString(REFERENCE)
                .lines()
                .dropWhile(line -> !line.equals("## The document"))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(0, line.indexOf('|', 1)))
                .flatMap(cell -> PATH.matcher(cell).results().map(path -> path.group(1)))
                // An annotation is no part of what is asked for.
                .filter(path -> path.contains(".") && !path.equals("metadata.annotations"))
                .forEach(path -> {
                    String whole = path.startsWith(".") ? parent[0] + path : path;
                    if (!path.startsWith(".")) {
                        parent[0] = path.substring(0, path.lastIndexOf('.'));
                    }
                    told.add(whole.replaceFirst("\\[\\].*", ""));
                });

        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(DocumentField.values())
                        .map(DocumentField::path)
                        .toList());
        assertThat(Arrays.stream(DocumentField.values()).flatMap(field -> Stream.of(field.options())))
                .doesNotHaveDuplicates();
    }
}
