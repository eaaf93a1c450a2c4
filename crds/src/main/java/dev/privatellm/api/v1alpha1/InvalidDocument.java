// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.List;
import java.util.stream.Collectors;

/** A document that is not a valid {@code PrivateLlm}. Carries every offence at once, so that it is mended in one go. */
public final class InvalidDocument extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Offence> offences;

    public InvalidDocument(List<Offence> offences) {
        super(offences.stream().map(Offence::toString).collect(Collectors.joining("\n")));
        this.offences = List.copyOf(offences);
    }

    public List<Offence> offences() {
        return offences;
    }
}
