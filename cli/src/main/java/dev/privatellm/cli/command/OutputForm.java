// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

/** Who reads the output; the names are what {@code -o} takes. */
enum OutputForm {
    human,
    json
}
