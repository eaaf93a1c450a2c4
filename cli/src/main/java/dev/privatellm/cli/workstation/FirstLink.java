// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.Model;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.controller.link.LinkDocument;
import dev.privatellm.controller.status.Phase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a gateway is told before the first step has looked at anything: which models there are, and that requests for them may wait. */
final class FirstLink {
    private FirstLink() {}

    static LinkDocument of(PrivateLlm document, String uid) {
        Model model = document.spec().model();
        List<String> models =
                Stream.concat(Stream.of(model.name()), model.extra().stream()).toList();
        Map<String, String> aliases =
                model.aliases().stream().distinct().collect(Collectors.toMap(Function.identity(), _ -> model.name()));
        return new LinkDocument(
                document.metadata().namespace(),
                document.metadata().name(),
                uid,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                models,
                aliases,
                model.parallel(),
                model.contextLength(),
                LinkDocument.Accepts.HOLD,
                Phase.UNKNOWN.word(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
