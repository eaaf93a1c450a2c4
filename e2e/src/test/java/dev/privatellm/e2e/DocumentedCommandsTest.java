// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every command of the documents is run by a shell, as a reader would after copying it, beside the two processes of the tutorial, {@code lab gcp} and {@code
 * serve}. What is not the same: {@code ./private-llm} is a script that starts the jars of this build; ports are free ones; the sample's keys are of the
 * quick kind; a machine boots at once; and Google's cloud is the emulator. What cannot be run at all is listed with its reason.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedCommandsTest {

    /** Commands that are not run, and why. */
    private static final Map<String, String> NOT_RUN = Map.ofEntries(
            Map.entry("gcloud projects create my-project", "Google's program, and a project of the reader's"),
            Map.entry("gcloud billing accounts list", "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud billing projects link my-project --billing-account 000000-000000-000000",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud compute project-info describe --project my-project",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud compute regions describe europe-west4 --project my-project",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud auth application-default set-quota-project my-project",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud services enable iamcredentials.googleapis.com --project my-project",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud iam service-accounts add-iam-policy-binding private-llm@my-project.iam.gserviceaccount.com --project my-project --member user:me@example.com --role roles/iam.serviceAccountTokenCreator",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud projects remove-iam-policy-binding my-project --member serviceAccount:private-llm@my-project.iam.gserviceaccount.com --role projects/my-project/roles/privateLlm",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud iam service-accounts delete private-llm@my-project.iam.gserviceaccount.com --project my-project",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud iam roles delete privateLlm --project my-project",
                    "Google's program, and a project of the reader's"),
            Map.entry("gcloud auth application-default revoke", "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud kms keyrings list --location global --project my-project",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud kms keys list --location global --keyring pllm-0123456789ab --project my-project",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud kms keys versions list --location global --keyring pllm-0123456789ab --key pllm-0123456789ab --project my-project",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud kms keys versions destroy 1 --location global --keyring pllm-0123456789ab --key pllm-0123456789ab --project my-project",
                    "Google's program, and a project of the reader's"),
            Map.entry("gcloud projects delete my-project", "Google's program, and a project of the reader's"),
            Map.entry("gcloud auth login", "Google's program; it asks a person with a browser"),
            Map.entry(
                    "gcloud auth application-default login --impersonate-service-account private-llm@my-project.iam.gserviceaccount.com",
                    "Google's program; it asks a person with a browser"),
            Map.entry(
                    "cp docs/samples/privatellm.yaml my.yaml",
                    "the test has written a my.yaml with another project, so that nobody disputes the sample's"),
            Map.entry("rm ~/private-llm-key.json", "the key of an account that nobody has made here"),
            Map.entry("gcloud billing projects describe PROJECT", "Google's program, and a project of the reader's"),
            Map.entry("gcloud compute zones list --project PROJECT", "Google's program, and a project of the reader's"),
            Map.entry("./mvnw verify", "it is what runs this test"),
            Map.entry("e2e/golden/replay my-project us-central1-a", "a real project; GoldenLogTest runs the script"),
            Map.entry(
                    "./mvnw verify -pl e2e -Dtest=GoldenLogTest -Dgolden.update=true",
                    "it writes into the source tree"),
            Map.entry(
                    "./private-llm gc --project my-project --cluster ID",
                    "it wants an installation that is lost; LeftoversOnTheEmulatorTest has one"),
            Map.entry(
                    "e2e/engine/build.sh", "it takes five minutes; the tests with a real engine run what it has built"),
            Map.entry("e2e/engine/start.sh 11500 /tmp/engine", "RealEngine runs it, where the engine has been built"),
            Map.entry(
                    "./private-llm demo --once --engine http://127.0.0.1:11500 --model tiny --model tiny-embed",
                    "RealOllamaTest runs it, where the engine has been built"),
            Map.entry(
                    "OLLAMA_HOST=127.0.0.1:11435 ollama run llama3.2:3b \"Why is the sky blue?\"",
                    "Ollama's program; RealOllamaTest runs the one that has been built"),
            Map.entry("gcloud auth application-default login", "Google's program; it asks a person with a browser"),
            Map.entry(
                    "./private-llm import ~/.config/private-llm/agent.json --adopt --plan",
                    "it needs an old installation; AdoptOldInstallationTest has one"),
            Map.entry(
                    "./private-llm import ~/.config/private-llm/agent.json --adopt --yes --file adopted.yaml",
                    "it needs an old installation; AdoptOldInstallationTest has one"),
            Map.entry(
                    "./private-llm serve --file adopted.yaml",
                    "it needs an old installation; AdoptOldInstallationTest serves one"),
            Map.entry(
                    "./private-llm import ~/.config/private-llm/agent.json --adopt --retire --yes",
                    "it needs an old installation; AdoptOldInstallationTest has one"),
            Map.entry(
                    "./private-llm import --adopt --plan --file my.yaml",
                    "it needs a state folder that is lost; LostStateTest has one"),
            Map.entry(
                    "./private-llm import --adopt --yes --file my.yaml",
                    "it needs a state folder that is lost; LostStateTest has one"),
            Map.entry(
                    "gcloud compute project-info describe --project PROJECT",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud iam roles create privateLlm --project my-project --file docs/samples/role.yaml",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud iam service-accounts create private-llm --project my-project",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud projects add-iam-policy-binding my-project --member serviceAccount:private-llm@my-project.iam.gserviceaccount.com --role projects/my-project/roles/privateLlm",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud iam service-accounts keys create ~/private-llm-key.json --iam-account private-llm@my-project.iam.gserviceaccount.com",
                    "Google's program, and a project of the reader's"),
            Map.entry(
                    "gcloud services enable compute.googleapis.com secretmanager.googleapis.com cloudkms.googleapis.com iam.googleapis.com storage.googleapis.com cloudresourcemanager.googleapis.com --project my-project",
                    "Google's program, and a project of the reader's"));

    /** What a command of a kind says when it has done what it is for; the first word that it contains tells the kind. */
    private static final Map<String, String> SAYS = sayings(
            List.of("demo --once", "✓  answered"),
            List.of("private-llm demo", "asleep; the firewall is closed"),
            List.of("private-llm serve", "serving default/"),
            List.of("private-llm lab gcp", "credentialsFile"),
            List.of("status -o json", "\"phase\" : "),
            List.of("private-llm status", " so far"),
            List.of("cost --by month --csv", "month,runs,hours,"),
            List.of("cost --run 1", "asked for:"),
            List.of("private-llm cost", "saved by sleeping:"),
            List.of("private-llm gc", "things of private-llm's"),
            List.of("certs list", "authority  in_use"),
            List.of("certs check", "ok       default/"),
            List.of("rotate --ca --compromised", "cuts every connection"),
            List.of("rotate --ca", "asked for; "),
            List.of("private-llm rotate", "asked for; "),
            List.of("wake --wait", "Running: "),
            List.of("sleep --wait", "Stopped: "),
            List.of("up --plan", "USD a month whether it runs or not"),
            List.of("up --wait", "Running: "),
            List.of("down --yes --wait", "Pending: "),
            List.of("--version", "private-llm "),
            List.of("/api/generate", "\"done\":true"),
            List.of("/api/tags", "llama3.2:3b"),
            List.of("/v1/models", "llama3.2:3b"),
            List.of("/readyz", "ready"),
            List.of("/metrics", "# TYPE "),
            List.of("/llms.txt", "/v1/messages"));

    private static final Pattern LONG_RUNNING = Pattern.compile("\\./private-llm (serve|demo(?! --once)|lab gcp)\\b.*");
    private static final String SAMPLE = "docs/samples/privatellm.yaml";

    @RegisterExtension
    static final Processes PROCESSES = Processes.ofClass();

    /** Words of the documents, and what they are here. */
    private final Map<String, String> here = new LinkedHashMap<>();

    private final Map<DocumentedCommand, Program> running = new LinkedHashMap<>();
    private String credentials = "";

    static List<DocumentedCommand> commands() throws IOException {
        return DocumentedCommand.all().stream()
                .filter(command -> !NOT_RUN.containsKey(command.text()))
                // What takes everything away comes after all that needs it.
                .sorted(Comparator.comparing(command -> command.text().contains("private-llm down")))
                .toList();
    }

    @BeforeAll
    void startWhatTheTutorialStarts() throws Exception {
        var folder = PROCESSES.folder();
        // Whatever curl is asked for: no answer but a good one counts.
        Files.writeString(folder.resolve(".curlrc"), "fail\nsilent\nshow-error\nmax-time = 60\n");
        var sample = Files.readString(Launch.root().resolve(SAMPLE)) + "  security:\n    keyAlgorithm: ECDSA_P256\n";
        Files.createDirectories(folder.resolve(SAMPLE).getParent());
        Files.writeString(folder.resolve(SAMPLE), sample);
        Files.writeString(folder.resolve("my.yaml"), sample.replace("my-project", "reader-project"));
        for (var port : List.of("11434", "11435", "8085")) {
            here.put(port, String.valueOf(freePort()));
        }
        here.put("--boot 30s", "--boot 0s");
        writeLauncher(folder.resolve("private-llm"));

        var lab = keep("./private-llm lab gcp ");
        credentials = JsonMapper.shared()
                .readTree(lab.awaitLine())
                .path("credentialsFile")
                .asString();
        here.put("<the credentialsFile of that line>", credentials);
        awaitReady(keep("./private-llm serve --file " + SAMPLE + " --gcp-endpoint "));
    }

    @DisplayName("every command of a document does what it is for")
    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void doesWhatItIsFor(DocumentedCommand command) throws Exception {
        var expected = SAYS.entrySet().stream()
                .filter(kind -> command.text().contains(kind.getKey()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody has said what this does: " + command))
                .getValue();
        var program = running.containsKey(command) ? running.get(command) : run(command, false);
        if (LONG_RUNNING.matcher(command.text()).matches()) {
            awaitReady(program);
        }
        if (!running.containsKey(command)) {
            if (LONG_RUNNING.matcher(command.text()).matches()) {
                program.signal("INT");
            }
            assertThat(program.awaitExit(Program.PATIENCE)).as(program::log).isZero();
        }
        assertThat(program.out() + program.err()).contains(expected).doesNotContain("internal error");
        if (command.text().contains("--once")) {
            assertThat(claims(Files.readString(Launch.root().resolve("README.md"))))
                    .as("the run that the README shows")
                    .isNotEmpty()
                    .isEqualTo(claims(program.out()));
        }
    }

    @Test
    void whatIsNotRunStandsInADocument() throws IOException {
        assertThat(DocumentedCommand.all()).extracting(DocumentedCommand::text).containsAll(NOT_RUN.keySet());
        assertThat(Launch.root().resolve("mvnw")).isExecutable();
    }

    @Test
    void noCommandStandsInABlockThatNobodyTries() throws IOException {
        assertThat(DocumentedCommand.unmarked()).isEmpty();
    }

    /** What a tour claims; the figures differ from run to run. */
    private static List<String> claims(String report) {
        return report.lines()
                .filter(line -> line.startsWith("✓"))
                .map(line -> line.substring(1).strip().replaceFirst(" {2}.*", ""))
                .toList();
    }

    /** Starts the command that begins like this, for all others to speak to. */
    private Program keep(String beginning) throws IOException {
        var command = DocumentedCommand.all().stream()
                .filter(each -> each.text().startsWith(beginning))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no document has: " + beginning));
        var program = run(command, true);
        running.put(command, program);
        return program;
    }

    /** Runs it in a shell of its own. What runs for long has a state of its own; the others speak to what is kept. */
    private Program run(DocumentedCommand command, boolean isKept) throws IOException {
        var script = Stream.concat(command.exports().stream(), Stream.of("exec " + command.text()))
                .map(this::asItIsHere)
                .collect(Collectors.joining("\n"));
        var folder = PROCESSES.folder();
        boolean isAlone = !isKept && command.text().matches(".*private-llm (serve|demo|up --plan).*");
        var state = isAlone ? Files.createTempDirectory(folder, "own") : folder.resolve("kept");
        return PROCESSES.shell(
                script,
                Map.of(
                        "HOME",
                        folder.toString(),
                        "XDG_STATE_HOME",
                        state.toString(),
                        "PORT",
                        isKept ? here.get("11434") : "0",
                        // The kept one has to find them by what the tutorial has it export.
                        "GOOGLE_APPLICATION_CREDENTIALS",
                        isKept ? "" : credentials));
    }

    private String asItIsHere(String text) {
        var result = text;
        for (var word : here.entrySet()) {
            result = result.replace(word.getKey(), word.getValue());
        }
        return result;
    }

    private static void awaitReady(Program program) {
        Program.patiently()
                .until(() -> !program.isAlive()
                        || Stream.of("credentialsFile", "serving ", "nothing is billed")
                                .anyMatch((program.out() + program.err())::contains));
        assertThat(program.isAlive()).as(program::log).isTrue();
    }

    /** Stands in the place of {@code ./private-llm}. What a command does not say itself is said here: ports, the emulator, a machine that is quick. */
    private void writeLauncher(Path file) throws IOException {
        var java = Launch.quickly().stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        Files.writeString(file, """
                #!/bin/sh
                said=" $* "
                unless_said() {
                  case $said in " $1 "*) case $said in *" $2 "*) ;; *) extra="$extra $2 $3" ;; esac ;; esac
                }
                extra=
                unless_said serve --port "$PORT"
                unless_said serve --gcp-endpoint http://127.0.0.1:%1$s
                unless_said "up --plan" --gcp-endpoint http://127.0.0.1:%1$s
                unless_said demo --port 0
                unless_said demo --boot 0s
                unless_said demo --idle 1s
                unless_said demo --file my.yaml
                exec %2$s "$@" $extra
                """.formatted(here.get("8085"), java));
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @SafeVarargs
    private static Map<String, String> sayings(List<String>... pairs) {
        var map = new LinkedHashMap<String, String>();
        for (var pair : pairs) {
            map.put(pair.getFirst(), pair.getLast());
        }
        return map;
    }
}
