// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import picocli.CommandLine.Command;

/** Parent of the measurements that {@code docs/performance.md} records. */
@Command(
        name = "bench",
        description = "Take the measurements of docs/performance.md on this machine.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = BenchColdCommand.class)
final class BenchCommand {}
