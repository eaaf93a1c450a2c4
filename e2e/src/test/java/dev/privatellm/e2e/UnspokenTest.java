// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

/** What was asked and answered is between the caller and the engine. */
class UnspokenTest {
    /** No word of any message of ours, and as such the whole of it would be found wherever it went. */
    private static final String PROMPT = "canary-of-a-prompt-7f3a";

    @RegisterExtension
    static final Cloud CLOUD = Cloud.booting("0s");

    @Test
    @DisplayName("no prompt and no answer is in a log, a ledger, a record or an error")
    void isWrittenDownNowhere() throws Exception {
        var document = Document.of("unspoken");
        var state = CLOUD.processes().folder().resolve("state");
        var server = Server.start(
                CLOUD.processes(), CLOUD.emulator(), document, state, Map.of("PRIVATE_LLM_LOG_LEVEL", "DEBUG"));
        try (var caller = new Caller(server, document)) {
            var answered = caller.ask(PROMPT);
            assertThat(answered.statusCode()).isEqualTo(200);
            var answer = JsonMapper.shared()
                    .readTree(answered.body())
                    .path("response")
                    .asString();
            assertThat(answer).hasSizeGreaterThan(20);

            var refused = caller.ask("no-such-model", PROMPT);
            assertThat(refused.statusCode()).isEqualTo(404);
            assertThat(refused.body()).doesNotContain(PROMPT);
            server.sleep();
            server.awaitPhase("Stopped");
            server.stop();
            assertThat(server.program().awaitExit(Program.PATIENCE)).isZero();

            var ledger = files(state.resolve("ledger"));
            assertThat(ledger).as("the ledger has the request").anyMatch(text -> text.contains(document.model()));
            for (var written : List.of(server.program().log(), String.join("\n", files(state)))) {
                assertThat(written).isNotEmpty().doesNotContain(PROMPT, answer, answer.substring(0, 20));
            }
        }
    }

    /** As text, whatever they are: a prompt in a file of another kind is one all the same. */
    private static List<String> files(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> {
                        try {
                            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }
}
