// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

/** How one dialect phrases a refusal. */
interface ErrorForm {

    void answer(Exchange exchange, int status, String message) throws ClientGone;
}
