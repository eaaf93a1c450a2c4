// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

/** The address cannot be listened on: somebody else does, it is not ours, or it is not allowed. The message names it. */
public final class AddressUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AddressUnavailable(String address, Throwable cause) {
        super("cannot listen on " + address + ": " + cause.getMessage(), cause);
    }
}
