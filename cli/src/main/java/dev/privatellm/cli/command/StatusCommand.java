// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.ControlClient;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** How the machine stands, asked of the running workstation. */
@Command(
        name = "status",
        description = "Say how the machine stands: asleep, waking, serving, since when, at what cost.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  private-llm status", "  private-llm status -o json | jq .phase"})
final class StatusCommand implements Callable<Integer> {

    @Mixin
    private StateOption state = new StateOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var status = ControlClient.call(state.runningSocket(), "status");
        var out = spec.commandLine().getOut();
        switch (output.form()) {
            case human -> out.println(line(status));
            case json -> OutputOption.printJson(status, out);
        }
        out.flush();
        return ExitCodes.DONE;
    }

    /** One line: phase, sentence, money; then one for each offering that is not tried for now. */
    private static String line(JsonNode status) {
        var cost = status.path("cost");
        var line = new StringBuilder(status.path("phase").stringValue("unknown"));
        line.append(": ").append(status.path("message").stringValue(""));
        if (cost.path("usdPerHourNow").isNumber()) {
            line.append(" · $")
                    .append(cost.path("usdPerHourNow").decimalValue().toPlainString())
                    .append("/h (prices of ")
                    .append(cost.path("pricesAsOf").stringValue("an unknown day"))
                    .append(')');
        }
        if (cost.path("usd").isNumber()) {
            line.append(" · $")
                    .append(cost.path("usd").decimalValue().toPlainString())
                    .append(" so far");
        }
        if (cost.path("monthUsd").isNumber()) {
            line.append(" · $").append(dollars(cost.path("monthUsd"))).append(" this month");
        }
        if (cost.path("savedBySleepingUsd").isNumber()) {
            line.append(" · saved $").append(dollars(cost.path("savedBySleepingUsd")));
        }
        var next = status.path("schedule").path("next");
        if (!next.isMissingNode()) {
            line.append(" · next window: ")
                    .append(next.path("action").stringValue(""))
                    .append(" at ")
                    .append(next.path("begin").stringValue(""));
        }
        status.path("blocks").forEach(block -> line.append(refused(block)));
        return line.toString();
    }

    private static String refused(JsonNode block) {
        String detail = block.path("detail").stringValue("");
        return "%n  not now: %s %s in %s until %s: %s%s"
                .formatted(
                        block.path("machineType").stringValue("?"),
                        block.path("provisioning").stringValue("?").toLowerCase(Locale.ROOT),
                        block.path("zone").stringValue("?"),
                        block.path("until").stringValue("?"),
                        block.path("code").stringValue("?"),
                        detail.isEmpty() ? "" : " (" + detail + ")");
    }

    private static String dollars(JsonNode usd) {
        return usd.decimalValue().setScale(2, RoundingMode.HALF_UP).toPlainString();
    }
}
