// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import picocli.CommandLine.Command;

/** Parent of what one rehearses against. */
@Command(
        name = "lab",
        description = "Things to rehearse against, each a process of its own.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = LabGcpCommand.class)
final class LabCommand {}
