// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

/** Ends when it is closed; closing it twice is a success. */
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
