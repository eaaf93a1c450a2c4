// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import picocli.CommandLine.Command;

/** Looks at certificates. */
@Command(
        name = "certs",
        description = "Look at the certificates of a state folder; no private key is ever shown.",
        mixinStandardHelpOptions = true,
        subcommands = {CertsListCommand.class, CertsCheckCommand.class})
final class CertsCommand {}
