// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.api.v1alpha1.InvalidDocument;
import dev.privatellm.api.v1alpha1.Offence;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Reads a {@code PrivateLlm} document for a command, and says everything that is wrong with it before anything is done. */
final class DocumentFile {
    /** The sample of the documentation; it travels in the jar so that {@code demo} needs no file. */
    private static final String SAMPLE = "/privatellm.yaml";

    /** Documents are a screen long; anything larger is not one. */
    private static final long MAX_BYTES = 1 << 20;

    private DocumentFile() {}

    static PrivateLlm read(Path file) {
        return parse(
                file.toString(),
                text(file, "begin with a copy of docs/samples/privatellm.yaml, or try 'private-llm demo'"));
    }

    /**
     * What stands in a file that people write.
     *
     * @param advice what to do if it does not exist
     */
    static String text(Path file, String advice) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new CommandFailure(
                        ExitCodes.INVALID, "%s is larger than such a file can be (1 MiB)".formatted(file));
            }
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new CommandFailure(ExitCodes.MISSING, "%s does not exist; %s".formatted(file, advice));
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    ExitCodes.MISSING, "%s cannot be read: %s".formatted(file, unreadable.getMessage()));
        }
    }

    static PrivateLlm sample() {
        return parse("the sample", sampleText());
    }

    static String sampleText() {
        try (var in = DocumentFile.class.getResourceAsStream(SAMPLE)) {
            if (in == null) {
                throw new IllegalStateException("the sample document is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static PrivateLlm parse(String source, String text) {
        try {
            return DocumentReader.read(text);
        } catch (InvalidDocument invalid) {
            var offences = invalid.offences().stream().map(Offence::toString).collect(Collectors.joining("\n  "));
            throw new CommandFailure(
                    ExitCodes.INVALID,
                    "%s is not a valid PrivateLlm:\n  %s\nSee docs/errors/InvalidSpec.md".formatted(source, offences));
        }
    }
}
