// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.api.v1alpha1.InvalidDocument;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.controller.step.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The document that is served now. It may become another one meanwhile, but for what the process stands on. */
final class ServedDocument {
    private final Path generations;
    private volatile Resource resource;

    /**
     * Begins with a document.
     *
     * @param home folder of the resource
     * @throws IOException if the count of its changes cannot be read or written
     */
    ServedDocument(PrivateLlm document, Path home, String uid, String cluster, String holder) throws IOException {
        this.generations = home.resolve("spec.json");
        this.resource = new Resource(
                document,
                uid,
                cluster,
                ResourceFiles.EPOCH,
                SpecGeneration.of(generations, document.withoutAnnotations()),
                holder);
    }

    /** It and what its keeper knows about it, as of now. */
    Resource resource() {
        return resource;
    }

    /**
     * Puts another one in its place, for the next step; the same one again changes nothing.
     *
     * @param text in YAML or JSON
     * @throws WorkstationFailure if it is none, or differs in what takes another process; then everything is as it was
     */
    synchronized void change(String text) {
        PrivateLlm changed;
        try {
            changed = DocumentReader.read(text);
        } catch (InvalidDocument invalid) {
            throw new WorkstationFailure(Reason.INVALID_SPEC, String.valueOf(invalid.getMessage()), invalid);
        }
        List<String> fixed = fixed(resource.document(), changed);
        if (!fixed.isEmpty()) {
            throw new WorkstationFailure(
                    Reason.INVALID_SPEC,
                    "the serve that runs cannot change %s; end it ('kill', or Ctrl-C where it runs), and start it anew with this document"
                            .formatted(String.join(" and ", fixed)));
        }
        try {
            resource = new Resource(
                    changed,
                    resource.uid(),
                    resource.cluster(),
                    resource.epoch(),
                    SpecGeneration.of(generations, changed.withoutAnnotations()),
                    resource.holder());
        } catch (IOException unwritable) {
            throw new WorkstationFailure(
                    Reason.STATE_UNWRITABLE,
                    "%s cannot be written: %s".formatted(generations, unwritable.getMessage()),
                    unwritable);
        }
    }

    /** What a process reads once: whose files it holds, which project it is connected to, which keys it makes ahead. */
    private static List<String> fixed(PrivateLlm before, PrivateLlm after) {
        List<String> different = new ArrayList<>();
        if (!before.metadata().equals(after.metadata())) {
            different.add("metadata (%s to %s)".formatted(before.metadata(), after.metadata()));
        }
        if (!before.spec()
                .provider()
                .gcp()
                .projectId()
                .equals(after.spec().provider().gcp().projectId())) {
            different.add("spec.provider.gcp.projectId");
        }
        if (!before.spec()
                .network()
                .hostProjectId()
                .equals(after.spec().network().hostProjectId())) {
            different.add("spec.network.hostProjectId");
        }
        if (before.spec().security().keyAlgorithm() != after.spec().security().keyAlgorithm()) {
            different.add("spec.security.keyAlgorithm");
        }
        return different;
    }
}
