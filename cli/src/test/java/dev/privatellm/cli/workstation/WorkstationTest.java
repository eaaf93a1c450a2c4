// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.cli.wiring.GoogleConnection;
import dev.privatellm.cli.wiring.ShippedRelease;
import dev.privatellm.controller.status.Phase;
import dev.privatellm.lab.gcp.GoogleCloud;
import dev.privatellm.lab.gcp.GoogleCloudOptions;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceStatus;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One process as it runs, against an emulated cloud whose machines run the real guest. */
@Execution(ExecutionMode.CONCURRENT)
class WorkstationTest {
    private static final String DOCUMENT = """
            apiVersion: privatellm.dev/v1alpha1
            kind: PrivateLlm
            metadata:
              name: mine
            spec:
              provider: {gcp: {projectId: my-project}}
              placement:
                zones: [europe-west4-a]
                machineTypes: [g2-standard-8]
                image: projects/deeplearning-platform-release/global/images/family/common-cu128-ubuntu-2404-nvidia-570
              model: {name: "llama3.2:3b", extra: ["qwen3:4b"], contextLength: 32768}
              power: {firstBoot: OnDemand}
              security: {keyAlgorithm: ECDSA_P256}
            """;

    @TempDir
    Path parent;

    private GoogleCloud cloud;
    private GoogleConnection connection;

    @AfterEach
    void close() throws Exception {
        if (connection != null) {
            connection.close();
            cloud.close();
        }
    }

    @Test
    void requestWakesTheMachineAndStoppingLeavesNothingBehind() throws Exception {
        rehearse(Duration.ZERO);
        Path folder = parent.resolve("state");
        try (Workstation workstation = Workstation.start(options(folder, 0))) {
            HttpResponse<String> answer = ask(workstation.port());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"done\":true");
            // The answer may come before the step that made it possible has ended and told its status.
            await().until(() ->
                    workstation.status().toJson().path("phase").stringValue().equals("Running"));
            assertThat(rights(home(folder).resolve("ca.pem"))).isEqualTo("rw-------");
            assertThat(rights(home(folder).resolve("controller.pem"))).isEqualTo("rw-------");
            assertThat(home(folder).resolve("link/tls.key")).exists();
            CertificateBook.Contents book = CertificateBook.read(folder, Instant.now());
            assertThat(book.certificates())
                    .extracting(CertificateBook.Entry::use)
                    .containsOnly(CertificateBook.Use.IN_USE);
            assertThat(book.checks())
                    .hasSizeGreaterThan(8)
                    .allMatch(check -> check.objection().isEmpty());
            assertThat(CertificateBook.read(folder, Instant.now().plus(Duration.ofDays(5)))
                            .checks())
                    .filteredOn(check -> check.objection().isPresent())
                    .extracting(CertificateBook.Check::check, CertificateBook.Check::next)
                    .containsOnly(tuple("CertificateExpiring", Optional.of("private-llm rotate")));
            JsonNode overSocket = ControlClient.call(StatePlaces.ofThisProcess().socket(folder), "status");
            assertThat(overSocket.path("phase").stringValue()).isEqualTo("Running");
            assertThat(overSocket.path("gateway").path("routes").size()).isEqualTo(1);
            assertThat(workstation.stop()).isTrue();
        }
        assertThat(connection.ports().firewalls().list()).isEmpty();
        assertThat(instances(folder)).extracting(Instance::status).containsExactly(InstanceStatus.STOPPED);
        assertThat(Files.readAllLines(folder.resolve("effects.jsonl")))
                .anyMatch(line -> line.contains("INSERT_INSTANCE"))
                .anyMatch(line -> line.contains("CLOSE_FIREWALL"));
        try (Stream<Path> days = Files.list(folder.resolve("ledger"))) {
            assertThat(Files.readAllLines(
                            days.filter(day -> day.getFileName().toString().startsWith("usage-"))
                                    .findFirst()
                                    .orElseThrow()))
                    .hasSize(1);
        }
        assertThat(Files.readString(folder.resolve("ledger").resolve("runs.jsonl")))
                .contains("\"kind\":\"run\"", "\"askedBy\":\"RequestsWaiting\"")
                .hasLineCount(1);
    }

    @Test
    @DisplayName(
            "a folder that cannot be written ends the start with what stands in the way, and a record of a later version is not taken for damage")
    void saysWhatIsWrongWithItsFolder() throws Exception {
        rehearse(Duration.ZERO);
        Path folder = parent.resolve("state");
        try (Workstation workstation = Workstation.start(options(folder, 0))) {
            workstation.stop();
        }
        Path record = home(folder).resolve("state.json");
        String written = Files.readString(record);

        Files.writeString(record, written.replaceFirst("\"schema\" : 1", "\"schema\" : 9"));
        assertUnusable(folder, "schema: 9 (expected: 1)", "another version");

        Files.writeString(record, written);
        Path link = home(folder).resolve("link.0").resolve("link.json");
        Files.delete(link);
        Files.createDirectories(link.resolve("in-the-way"));
        assertUnusable(folder, "link.json");
    }

    private void assertUnusable(Path folder, String... said) {
        assertThatThrownBy(() -> Workstation.start(options(folder, 0)))
                .isInstanceOfSatisfying(
                        WorkstationFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.STATE_UNWRITABLE))
                .hasMessageContainingAll(said);
    }

    @Test
    @DisplayName("P14 a sleeping machine's models are shown with the context window that the document gives them")
    void showsTheDocumentsContextWindow() throws Exception {
        rehearse(Duration.ZERO);
        try (Workstation workstation = Workstation.start(options(parent.resolve("state"), 0))) {
            for (String model : List.of("llama3.2:3b", "qwen3:4b")) {
                JsonNode shown = JsonMapper.shared()
                        .readTree(post(workstation.port(), "/api/show", "{\"model\":\"%s\"}".formatted(model))
                                .body());
                assertThat(shown.path("model_info").toString()).contains(".context_length\":32768");
            }
        }
    }

    @Test
    @DisplayName("P9 a restart finds the machine that serves and reaches it by the stored pin, without another boot")
    void restartGoesOnWithTheRunningMachine() throws Exception {
        rehearse(Duration.ZERO);
        Path folder = parent.resolve("state");
        try (Workstation first = Workstation.start(options(folder, 0))) {
            assertThat(ask(first.port()).statusCode()).isEqualTo(200);
        }
        try (Workstation second = Workstation.start(options(folder, 0))) {
            assertThat(ask(second.port()).statusCode()).isEqualTo(200);
            assertThat(instances(folder)).hasSize(1);
            assertThat(second.stop()).isTrue();
        }
        assertThat(Files.readAllLines(folder.resolve("effects.jsonl")))
                .filteredOn(line -> line.contains("INSERT_INSTANCE") || line.contains("START_INSTANCE"))
                .hasSize(1);
    }

    @Test
    @DisplayName(
            "a second state folder for the same document is refused with ManagementConflict and makes no second machine")
    void secondStateFolderMakesNoSecondMachine() throws Exception {
        rehearse(Duration.ZERO);
        Path folder = parent.resolve("state");
        Path second = parent.resolve("second");
        try (Workstation workstation = Workstation.start(options(folder, 0))) {
            assertThat(ask(workstation.port()).statusCode()).isEqualTo(200);
            assertThat(workstation.stop()).isTrue();
        }
        InstanceId machine = instances(folder).getFirst().id();

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> Workstation.start(options(second, 0)))
                    .isInstanceOfSatisfying(
                            WorkstationFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.MANAGEMENT_CONFLICT))
                    .hasMessageContaining(machine.toString())
                    .hasMessageContaining("--state")
                    .hasMessageContaining("import --adopt");
        }
        assertThat(second.resolve("identity.json")).doesNotExist();
        assertThat(connection.ports().instances().findByResource("default_mine"))
                .extracting(Instance::id)
                .containsExactly(machine);

        try (Workstation owner = Workstation.start(options(folder, 0))) {
            assertThat(ask(owner.port()).statusCode()).isEqualTo(200);
            assertThat(owner.stop()).isTrue();
        }
    }

    @Test
    @DisplayName("two state folders that began before there was a machine make one between them")
    void twoStateFoldersMakeOneMachine() throws Exception {
        rehearse(Duration.ZERO);
        Path folder = parent.resolve("state");
        Path second = parent.resolve("second");
        try (Workstation late = Workstation.start(options(second, 0))) {
            try (Workstation workstation = Workstation.start(options(folder, 0))) {
                assertThat(ask(workstation.port()).statusCode()).isEqualTo(200);
                assertThat(workstation.stop()).isTrue();
            }

            HttpResponse<String> answer = ask(late.port());

            assertThat(answer.statusCode()).isEqualTo(503);
            // Whoever waits is told first, the status a moment later.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(
                                    late.status().status().orElseThrow().conditions())
                            .anySatisfy(
                                    condition -> assertThat(condition.reason()).isEqualTo("ManagementConflict")));
        }
        assertThat(connection.ports().instances().findByResource("default_mine"))
                .hasSize(1);
    }

    @Test
    @DisplayName("R1 stopping in the middle of a boot does not wait for the boot")
    void stopsInTheMiddleOfABoot() throws Exception {
        rehearse(Duration.ofSeconds(15));
        Path folder = parent.resolve("state");
        try (Workstation workstation = Workstation.start(options(folder, 0))) {
            workstation.wake();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !instances(folder).isEmpty());
            long begin = System.nanoTime();
            assertThat(workstation.stop()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
        }
        assertThat(instances(folder)).noneMatch(instance -> instance.status() == InstanceStatus.RUNNING);
        assertThat(connection.ports().firewalls().list()).isEmpty();
    }

    @Test
    void takenPortIsSaidAndLetsTheFolderGo() throws Exception {
        rehearse(Duration.ZERO);
        Path folder = parent.resolve("state");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Workstation.start(options(folder, taken.getLocalPort())))
                    .isInstanceOfSatisfying(
                            WorkstationFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.PORT_TAKEN));
        }
        try (Workstation free = Workstation.start(options(folder, 0))) {
            assertThat(free.port()).isPositive();
            assertThatThrownBy(() -> Workstation.start(options(folder, 0)))
                    .isInstanceOfSatisfying(
                            WorkstationFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.STATE_IN_USE));
        }
    }

    @Test
    void tellsStagesAndObeysTheSocket() throws Exception {
        rehearse(Duration.ZERO);
        Path folder = parent.resolve("state");
        Path socket = StatePlaces.ofThisProcess().socket(folder);
        try (Workstation workstation = Workstation.start(options(folder, 0))) {
            ControlClient.call(socket, "wake");
            assertThat(ControlClient.watch(
                            socket, line -> line.path("phase").stringValue("").equals(Phase.RUNNING.word())))
                    .isTrue();
            ControlClient.call(socket, "sleep");
            assertThat(ControlClient.watch(
                            socket, line -> line.path("phase").stringValue("").equals(Phase.STOPPED.word())))
                    .isTrue();
            Thread.ofVirtual().start(() -> ControlClient.call(socket, "stop"));
            workstation.awaitStopRequest();
            assertThat(workstation.stop()).isTrue();
        }
    }

    @Test
    @DisplayName(
            "P21 a machine type that no allowed zone offers is refused with the zones that do, and nothing is made")
    void refusesATypeThatItsZoneDoesNotOffer() throws Exception {
        rehearse(Duration.ZERO);
        Path folder = parent.resolve("state");
        PrivateLlm wrong = DocumentReader.read(DOCUMENT.replaceFirst("zones: .*", "zones: [us-central1-a]")
                .replaceFirst("machineTypes: .*", "machineTypes: [g4-standard-48]"));
        WorkstationOptions options = WorkstationOptions.real(
                        wrong, folder, "127.0.0.1", 0, connection.ports(), ShippedRelease.forRehearsal(), "test")
                .rehearsing(cloud.baseUri());
        try (Workstation workstation = Workstation.start(options)) {
            HttpResponse<String> answer = ask(workstation.port());

            assertThat(answer.body())
                    .contains("InvalidSpec", "g4-standard-48 is not offered in us-central1-a", "us-central1-b");
            // The answer may come before the step that refused has told its status.
            await().until(() -> !workstation.status().toJson().path("blocks").isEmpty());
            JsonNode block = workstation.status().toJson().path("blocks").path(0);
            assertThat(block.path("zone").stringValue()).isEqualTo("us-central1-a");
            assertThat(block.path("code").stringValue()).isEqualTo("NotInZone");
        }
        assertThat(folder.resolve("effects.jsonl")).isEmptyFile();
    }

    @Test
    void closedHoursRefuseARequestAndAWishByHandAndCallTheCloudForNothing() throws Exception {
        rehearse(Duration.ZERO);
        Path folder = parent.resolve("state");
        WorkstationOptions closed = options(
                folder,
                0,
                DOCUMENT.replace(
                        "firstBoot: OnDemand",
                        "firstBoot: OnDemand, schedule: [{cron: '* * * * *', timeZone: Europe/Berlin, action: Off}]"));
        try (Workstation workstation = Workstation.start(closed)) {
            assertThatThrownBy(
                            () -> ControlClient.call(StatePlaces.ofThisProcess().socket(folder), "wake"))
                    .isInstanceOfSatisfying(
                            WorkstationFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.SLEEPING_BY_POLICY))
                    .hasMessageContaining("a window of spec.power.schedule says Off");
            HttpResponse<String> refused = ask(workstation.port());
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("outside its hours");
            assertThat(workstation.stop()).isTrue();
        }
        assertThat(Files.readString(folder.resolve("effects.jsonl"))).isEmpty();
    }

    private void rehearse(Duration boot) throws Exception {
        cloud = GoogleCloud.start(GoogleCloudOptions.defaults().withBoot(boot));
        connection = GoogleConnection.open(
                "my-project", Optional.empty(), Optional.of(cloud.baseUri()), Optional.of(cloud.credentialsFile()));
    }

    private WorkstationOptions options(Path folder, int port) {
        return options(folder, port, DOCUMENT);
    }

    private WorkstationOptions options(Path folder, int port, String yaml) {
        PrivateLlm document = DocumentReader.read(yaml);
        return WorkstationOptions.real(
                        document, folder, "127.0.0.1", port, connection.ports(), ShippedRelease.forRehearsal(), "test")
                .rehearsing(cloud.baseUri());
    }

    private List<Instance> instances(Path folder) throws Exception {
        InstallationIdentity identity = InstallationIdentity.establish(
                folder.resolve("identity.json"),
                InstallationIdentity.random(cloud.baseUri().toString(), "my-project", false),
                () -> {});
        return connection.ports().instances().findByOwner(identity.uid("default", "mine"));
    }

    private static HttpResponse<String> ask(int port) throws Exception {
        return post(port, "/api/generate", "{\"model\":\"llama3.2:3b\",\"prompt\":\"hello\",\"stream\":false}");
    }

    private static HttpResponse<String> post(int port, String path, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(60))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static Path home(Path folder) {
        return folder.resolve("resources").resolve("default.mine");
    }

    private static String rights(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
