// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

/** The client has closed its connection, or the engine is being closed; whatever was being made for it is of no use any more. */
final class ClientGone extends Exception {
    private static final long serialVersionUID = 1L;

    ClientGone() {
        super("client gone", null, false, false);
    }
}
