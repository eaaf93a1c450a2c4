// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** The Google Cloud emulator as a process of its own; prints one JSON line when it answers and runs until a signal. */
@Command(
        name = "gcp",
        description =
                "Emulate Google Cloud on loopback: the real Google libraries talk to it, machines are processes here.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "When ready it prints one line: {\"port\":…, \"token\":…, \"credentialsFile\":…}. Example:",
            "  private-llm lab gcp --port 8085 --boot 5s",
            "  GOOGLE_APPLICATION_CREDENTIALS=<credentialsFile> private-llm serve --gcp-endpoint http://127.0.0.1:8085"
        })
final class LabGcpCommand implements Callable<Integer> {

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "0",
            description = "Port on 127.0.0.1; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Mixin
    private RehearsalOptions rehearsal = new RehearsalOptions();

    @Spec
    private CommandSpec spec;

    private record Ready(int port, String token, String credentialsFile) {}

    @Override
    public Integer call() {
        var cloud = rehearsal.start(port);
        var ready =
                new Ready(cloud.port(), cloud.token(), cloud.credentialsFile().toString());
        var out = spec.commandLine().getOut();
        out.println(JsonMapper.shared().writeValueAsString(ready));
        out.flush();
        return new OrderlyEnd(cloud, ExitCodes.DONE).after(() -> new CountDownLatch(1).await());
    }
}
