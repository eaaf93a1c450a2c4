// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/** One private model: the address, the machine behind it, and what it may cost, as its user declared it. */
public record PrivateLlm(Metadata metadata, Spec spec) {
    public static final String API_VERSION = "privatellm.dev/v1alpha1";
    public static final String KIND = "PrivateLlm";

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
        return new PrivateLlm(metadata, spec.withPower(spec.power().withIdleTimeoutSeconds(seconds)));
    }

    /** The same document with another model, as {@code --model} wants it. */
    public PrivateLlm withModel(Model model) {
        return new PrivateLlm(metadata, spec.withModel(model));
    }
}
