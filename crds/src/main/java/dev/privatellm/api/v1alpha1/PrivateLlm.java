// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/** One private model: the address, the machine behind it, and what it may cost, as its user declared it. */
public record PrivateLlm(Metadata metadata, Spec spec, Annotations annotations) {
    public static final String API_VERSION = "privatellm.dev/v1alpha1";
    public static final String KIND = "PrivateLlm";

    /** One without annotations. */
    public PrivateLlm(Metadata metadata, Spec spec) {
        this(metadata, spec, Annotations.NONE);
    }

    /**
     * @param name DNS label of at most {@value Bounds#MAX_NAME_LENGTH} characters
     * @param namespace DNS label; {@code default} where none is written
     */
    public record Metadata(String namespace, String name) {
        @Override
        public String toString() {
            return namespace + "/" + name;
        }
    }

    /** The same document with another idle time, as {@code --idle} wants it; may be shorter than a document could say. */
    public PrivateLlm withIdleTimeoutSeconds(long seconds) {
        return new PrivateLlm(metadata, spec.withPower(spec.power().withIdleTimeoutSeconds(seconds)), annotations);
    }

    /** The same document without any: they are no part of what is specified. */
    public PrivateLlm withoutAnnotations() {
        return new PrivateLlm(metadata, spec);
    }

    /** The same document with another model, as {@code --model} wants it. */
    public PrivateLlm withModel(Model model) {
        return new PrivateLlm(metadata, spec.withModel(model), annotations);
    }
}
