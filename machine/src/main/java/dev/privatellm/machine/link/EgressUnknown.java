// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.link;

/** Nobody could tell our address reliably; the message says what each provider answered. */
public final class EgressUnknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EgressUnknown(String message) {
        super(message);
    }
}
