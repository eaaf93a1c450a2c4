// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.api.v1alpha1.Model;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void saysInTodaysWordsWhatEveryKeyMeant() throws Exception {
        assertThat(run("""
                {"project_id": "my-project", "zone": "europe-west4-b", "region": "europe-west4", "machine_type": "g2-standard-48",
                 "subnet_cidr": "10.20.0.0/24", "default_model": "llama3.2:3b", "context_length": 8192, "idle_timeout": 900,
                 "disable_hsm": true, "listen_addr": "127.0.0.1", "kv_cache_type": "q8_0", "num_parallel": 4}
                """)).isZero();

        PrivateLlm document = DocumentReader.read(out.toString());
        assertThat(document.spec().provider().gcp().projectId()).isEqualTo("my-project");
        assertThat(document.spec().placement().zones()).containsExactly("europe-west4-b");
        assertThat(document.spec().placement().machineTypes()).containsExactly("g2-standard-48");
        assertThat(document.spec().model().name()).isEqualTo("llama3.2:3b");
        assertThat(document.spec().model().contextLength()).isEqualTo(8192);
        assertThat(document.spec().model().kvCacheType()).isEqualTo(Model.KvCacheType.Q8_0);
        assertThat(document.spec().model().parallel()).isEqualTo(4);
        assertThat(document.spec().power().idleTimeoutSeconds()).isEqualTo(900);
        assertThat(document.spec().network().subnetCidr()).isEqualTo("10.20.0.0/24");
        assertThat(document.spec().security().hsm()).isFalse();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    @DisplayName(
            "U1 X1 P21 a key that is missing, zero or empty means the old program's default, and a default that never worked is named")
    void takesTheOldDefaults() throws Exception {
        assertThat(
                        run(
                                "{\"project_id\": \"my-project\", \"idle_timeout\": 0, \"default_model\": \"\", \"num_parallel\": null}"))
                .isZero();

        PrivateLlm document = DocumentReader.read(out.toString());
        assertThat(document.spec().power().idleTimeoutSeconds()).isEqualTo(300);
        assertThat(document.spec().model().name()).isEqualTo("qwen3-coder-next:q8_0");
        assertThat(document.spec().model().parallel()).isEqualTo(1);
        assertThat(document.spec().placement().machineTypes()).containsExactly("g4-standard-48");
        assertThat(document.spec().security().hsm()).isTrue();
        assertThat(err.toString()).contains("g4-standard-48 is not offered in us-central1-a");
    }

    @Test
    @DisplayName("E2 bf16, which no engine has for its cache, becomes f16 and is said")
    void readsBf16AsF16() throws Exception {
        assertThat(run("{\"project_id\": \"my-project\", \"zone\": \"europe-west4-a\", \"kv_cache_type\": \"bf16\"}"))
                .isZero();

        assertThat(DocumentReader.read(out.toString()).spec().model().kvCacheType())
                .isEqualTo(Model.KvCacheType.F16);
        assertThat(err.toString()).startsWith("kv_cache_type: bf16").hasLineCount(1);
    }

    @Test
    void leavesNothingOutInSilence() throws Exception {
        assertThat(run("""
                {"project_id": "my-project", "zone": "europe-west4-a", "region": "us-central1", "kv_cache_type": "f16", "idle_timeout": 20,
                 "listen_addr": "0.0.0.0", "num_batch": 1024, "num_instances": 2, "vm_name": "private-llm-vm", "colour": "blue"}
                """)).isZero();

        assertThat(err.toString().lines().map(line -> line.substring(0, line.indexOf(':'))))
                .containsExactlyInAnyOrder(
                        "region", "idle_timeout", "listen_addr", "num_batch", "num_instances", "vm_name", "colour");
        assertThat(DocumentReader.read(out.toString()).spec().power().idleTimeoutSeconds())
                .isEqualTo(60);
    }

    @ParameterizedTest
    @DisplayName(
            "U3 what cannot be meant is refused with key, value and expectation, and nothing is printed that could be taken for a document")
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | project_id is missing",
                "{\"project_id\": 7} | project_id: 7 (expected: a text)",
                "{\"project_id\": \"my-project\", \"context_length\": \"8192\"} | context_length: \"8192\" (expected: a whole number)",
                "{\"project_id\": \"my-project\", \"idle_timeout\": 1e300} | idle_timeout:",
                "{\"project_id\": \"my-project\", \"disable_hsm\": \"no\"} | disable_hsm: \"no\" (expected: true or false)",
                "{\"project_id\": \"my-project\", \"subnet_cidr\": \"8.8.8.0/24\"} | spec.network.subnetCidr: 8.8.8.0/24",
                "{\"project_id\": \"my-project\", \"kv_cache_type\": \"q5\"} | spec.model.kvCacheType: q5",
                "[] | expected: a JSON object",
                "project_id=x | not JSON"
            })
    void refusesWhatCannotBeMeant(String text, String offence) throws Exception {
        assertThat(run(text)).isEqualTo(ExitCodes.INVALID);

        assertThat(err.toString()).contains(offence);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void takesTheProjectFromTheCommandLineWhereTheFileHasNone() throws Exception {
        assertThat(run("{\"zone\": \"europe-west4-a\"}", "--project", "other-project"))
                .isZero();

        assertThat(DocumentReader.read(out.toString()).spec().provider().gcp().projectId())
                .isEqualTo("other-project");
    }

    @Test
    @DisplayName("U3 an option that means nothing without --adopt is refused rather than ignored")
    void refusesWhatBelongsToATakeover() throws Exception {
        String text = "{\"project_id\": \"my-project\", \"zone\": \"europe-west4-a\"}";

        assertThat(run(text, "--file", "new.yaml")).isEqualTo(ExitCodes.INVALID);
        assertThat(run(text, "--retire")).isEqualTo(ExitCodes.INVALID);

        assertThat(err.toString()).contains("--file: belongs to --adopt", "--retire: belongs to");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void namesTheFileThatIsNotThere() {
        assertThat(run(folder.resolve("none.json"))).isEqualTo(ExitCodes.MISSING);

        assertThat(err.toString()).contains("none.json does not exist", "private-llm import PATH");
    }

    private int run(String text, String... more) throws IOException {
        return run(Files.writeString(folder.resolve("agent.json"), text), more);
    }

    private int run(Path file, String... more) {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "import";
        arguments[1] = file.toString();
        System.arraycopy(more, 0, arguments, 2, more.length);
        return RootCommand.run(new PrintWriter(out), new PrintWriter(err, true), arguments);
    }
}
