// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.cli.document.DocumentField;
import dev.privatellm.cli.document.DocumentText;
import dev.privatellm.cli.workstation.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A document as it would stand in its file.
 *
 * @param isChanged whether that is not what stands there
 */
record EditedDocument(Path file, String text, boolean isChanged) {

    /**
     * A file's document with fields changed. Where there is no file, one is begun if any field is given.
     *
     * @throws CommandFailure if the file is missing and nothing is given, or it cannot be read or changed
     */
    static EditedDocument of(Path file, Map<DocumentField, String> fields) {
        boolean isNew = !fields.isEmpty() && Files.notExists(file);
        var before = isNew ? DocumentText.empty() : DocumentFile.text(file, ADVICE);
        if (fields.isEmpty()) {
            return new EditedDocument(file, before, false);
        }
        try {
            return new EditedDocument(file, DocumentText.with(before, fields), true);
        } catch (IllegalArgumentException impossible) {
            throw new CommandFailure(
                    ExitCodes.INVALID, "%s cannot be changed so: %s".formatted(file, impossible.getMessage()));
        }
    }

    private static final String ADVICE =
            "begin with a copy of docs/samples/privatellm.yaml, or give its fields as options (see 'private-llm up --help')";

    /** What it says; all that is wrong with it is said at once. */
    PrivateLlm read() {
        return DocumentFile.parse(isChanged ? "%s with these options".formatted(file) : file.toString(), text);
    }

    /** What people are asked before it is carried out. */
    String question(boolean isServed) {
        var begin = isChanged ? "Write this to %s and do it?".formatted(file) : "Do it?";
        return isServed
                ? begin
                : begin
                        + " Nobody serves: the machine is woken once, to install itself and pull its models, and sleeps then.";
    }

    /** What is said where nobody can be asked. */
    String unasked() {
        return "say so with --yes, there is no terminal to ask at; nothing was changed";
    }

    /** Puts it into its file, whole or not at all. */
    void write() {
        if (!isChanged) {
            return;
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            DurableFile.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException unwritable) {
            throw new CommandFailure(
                    ExitCodes.MISSING, "%s cannot be written: %s".formatted(file, unwritable.getMessage()));
        }
    }
}
