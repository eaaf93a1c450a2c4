// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.ControlClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Replace keys, certificates and tokens of both sides now, without a stop. */
@Command(
        name = "rotate",
        description = {
            "Replace keys, certificates and tokens of both sides now. A machine that serves goes on serving, and no answer is cut;",
            "one that sleeps gets others with its next wake anyway. Shown by 'status -o json' under certificates, as the generation."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  private-llm rotate"})
final class RotateCommand implements Callable<Integer> {

    @Mixin
    private StateOption state = new StateOption();

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        ControlClient.call(state.runningSocket(), "rotate");
        var talk = command.commandLine().getErr();
        talk.println("asked for; gateway and controller change over by themselves, and clients notice nothing");
        talk.flush();
        return ExitCodes.DONE;
    }
}
