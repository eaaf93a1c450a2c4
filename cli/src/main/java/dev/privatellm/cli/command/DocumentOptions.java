// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.cli.document.DocumentField;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Every field of a document as an option of a command. */
final class DocumentOptions implements IModelTransformer {
    private static final String NO_HSM = "--disable-hsm";
    private static final String REGION = "--region";

    @Override
    public CommandSpec transform(CommandSpec command) {
        var group = ArgGroupSpec.builder()
                .heading("%nFields of the document, changed in it before all else:%n")
                .exclusive(false)
                .validate(false);
        for (var field : DocumentField.values()) {
            group.addArg(OptionSpec.builder(field.options())
                    .type(String.class)
                    .arity("1")
                    .paramLabel(label(field))
                    .description(field.description())
                    .build());
        }
        group.addArg(OptionSpec.builder(NO_HSM)
                .type(boolean.class)
                .description("The same as --hsm false.")
                .build());
        group.addArg(OptionSpec.builder(REGION)
                .type(String.class)
                .arity("1")
                .paramLabel("TEXT")
                .description("Refuse zones outside of this region.")
                .build());
        return command.addArgGroup(group.build());
    }

    private static String label(DocumentField field) {
        return switch (field.form()) {
            case TEXT -> "TEXT";
            case TEXTS -> "A,B";
            case TEXTS_OR_AUTO -> "Auto|A,B";
            case VALUE -> "VALUE";
        };
    }

    /**
     * Refuses zones outside of the region that was given, if one was.
     *
     * @throws CommandFailure that names the zone
     */
    static void requireRegion(ParseResult parsed, PrivateLlm document) {
        String region = parsed.matchedOptionValue(REGION, (String) null);
        document.spec().placement().zones().stream()
                .filter(zone -> region != null && !zone.startsWith(region + "-"))
                .findFirst()
                .ifPresent(outside -> {
                    throw new CommandFailure(
                            ExitCodes.INVALID,
                            "--region %s: zone %s is not in it; name zones of it with --zones, or leave the region out"
                                    .formatted(region, outside));
                });
    }

    /** What was given, field by field; empty if nothing was. */
    static Map<DocumentField, String> given(ParseResult parsed) {
        var given = new EnumMap<DocumentField, String>(DocumentField.class);
        for (var field : DocumentField.values()) {
            String value = parsed.matchedOptionValue(field.options()[0], (String) null);
            if (value != null) {
                given.put(field, value);
            }
        }
        if (parsed.matchedOptionValue(NO_HSM, false)) {
            given.put(DocumentField.HSM, "false");
        }
        return given;
    }
}
