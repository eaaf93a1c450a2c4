// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static dev.privatellm.e2e.Caller.within;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A {@code lab gcp} process, seen through what it writes down itself. It holds any number of projects; a test uses one of its own, so that one process
 * serves a whole class.
 */
final class Emulator {
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final Program program;
    private final URI uri;
    private final String token;
    private final Path credentials;
    private final HttpClient client = HttpClient.newHttpClient();

    private Emulator(Program program, JsonNode ready) {
        this.program = program;
        this.uri = URI.create("http://127.0.0.1:" + ready.path("port").asInt());
        this.token = ready.path("token").asString();
        this.credentials = Path.of(ready.path("credentialsFile").asString());
    }

    /** Starts one whose machines take so long from insert to serving. */
    static Emulator start(Processes processes, String boot, String... more) throws IOException {
        var program = processes.start(
                "lab",
                Map.of(),
                Stream.concat(Stream.of("lab", "gcp", "--port", "0", "--boot", boot), Stream.of(more))
                        .toArray(String[]::new));
        return new Emulator(program, JsonMapper.shared().readTree(program.awaitLine()));
    }

    URI uri() {
        return uri;
    }

    Path credentials() {
        return credentials;
    }

    Program program() {
        return program;
    }

    /** A machine that exists, whatever its state. */
    record Machine(String zone, String name, String status) {}

    /** Every machine of the project. */
    List<Machine> machines(String project) {
        return rows(get("/_lab/machines"))
                .filter(row -> row.path("project").asString().equals(project))
                .map(row -> new Machine(
                        row.path("zone").asString(),
                        row.path("name").asString(),
                        row.path("status").asString()))
                .toList();
    }

    /** One run of a machine; {@code to} is the end of time while it lasts. */
    record Run(String name, String instanceId, Instant from, Instant to) {
        boolean lasts() {
            return to.equals(Instant.MAX);
        }

        boolean overlaps(Run other) {
            return from.isBefore(other.to) && other.from.isBefore(to);
        }
    }

    /** The bill of the project's machines, those included that are gone. */
    List<Run> bill(String project) {
        var names = calls(project, "Instances.Insert").stream()
                .map(call -> call.path("target").asString())
                .map(target -> target.substring(target.lastIndexOf('/') + 1))
                .toList();
        return rows(get("/_lab/billing").path("lines"))
                .filter(line -> names.contains(line.path("name").asString()))
                .map(line -> new Run(
                        line.path("name").asString(),
                        line.path("instanceId").asString(),
                        instant(line.path("from")),
                        line.path("to").isNull() ? Instant.MAX : instant(line.path("to"))))
                .toList();
    }

    /** What must be true at any time: never two machines that are billed for one resource. */
    void assertNeverTwoBilledAtATime(String project) {
        var bill = bill(project);
        for (var run : bill) {
            assertThat(bill.stream().filter(run::overlaps))
                    .as("billed at the same time")
                    .containsExactly(run);
        }
    }

    /** The calls of a method that named the project, oldest first. */
    List<JsonNode> calls(String project, String rpc) {
        return journal().stream()
                .filter(call -> call.path("rpc").asString().equals(rpc)
                        && call.path("target").asString().contains("projects/" + project + "/"))
                .toList();
    }

    /** Every call that anybody made. */
    List<JsonNode> journal() {
        return rows(get("/_lab/journal")).toList();
    }

    /** What the engines answered to requests that named the model. */
    List<JsonNode> answers(String model) {
        return rows(get("/_lab/engine"))
                .filter(row -> row.path("model").asString("").equals(model))
                .toList();
    }

    /** Names of the project's firewall rules. */
    List<String> rules(String project) {
        return rows(get("/compute/v1/projects/" + project + "/global/firewalls").path("items"))
                .map(rule -> rule.path("name").asString())
                .toList();
    }

    /** All that stands in the project beside machines and keys, by kind and name; what every project has from its beginning is left out. */
    List<String> standing(String project) {
        var compute = "/compute/v1/projects/" + project;
        var regions = get(compute + "/aggregated/subnetworks").path("items");
        return Stream.of(
                        rules(project).stream().map(name -> "rule " + name),
                        rows(get(compute + "/global/networks").path("items"))
                                .map(network -> network.path("name").asString())
                                .filter(name -> !name.equals("default"))
                                .map(name -> "network " + name),
                        regions.valueStream()
                                .flatMap(region -> rows(region.path("subnetworks")))
                                .map(subnet -> subnet.path("name").asString())
                                .filter(name -> !name.equals("default"))
                                .map(name -> "subnet " + name),
                        rows(get("/v1/projects/" + project + "/serviceAccounts").path("accounts"))
                                .map(account -> account.path("email").asString())
                                .filter(email -> email.startsWith("pllm-"))
                                .map(email -> "account " + email.substring(0, email.indexOf('@'))),
                        buckets(project).stream().map(name -> "bucket " + name),
                        buckets(project).stream()
                                .flatMap(bucket -> rows(
                                        get("/storage/v1/b/" + bucket + "/o").path("items")))
                                .map(object -> "archive " + object.path("name").asString()),
                        rows(get("/v1/projects/" + project + "/secrets").path("secrets"))
                                .map(secret -> secret.path("name").asString())
                                .map(name -> "secret " + name.substring(name.lastIndexOf('/') + 1)))
                .flatMap(names -> names)
                .toList();
    }

    private List<String> buckets(String project) {
        return rows(get("/storage/v1/b?project=" + project).path("items"))
                .map(bucket -> bucket.path("name").asString())
                .toList();
    }

    /** How many secret versions of the project are not destroyed. */
    long secretVersions(String project) {
        return rows(get("/v1/projects/" + project + "/secrets").path("secrets"))
                .flatMap(secret -> rows(get("/v1/" + secret.path("name").asString() + "/versions")
                        .path("versions")))
                .filter(version -> !version.path("state").asString().equals("DESTROYED"))
                .count();
    }

    /** Puts a fault in force, see the fault rules of {@code /_lab/faults}. */
    void fault(Map<String, ?> rule) {
        post("/_lab/faults", JsonMapper.shared().writeValueAsString(rule));
    }

    /** Sets a project up: quotas, billing, permissions, policies. */
    void project(Map<String, ?> settings) {
        post("/_lab/project", JsonMapper.shared().writeValueAsString(settings));
    }

    /** Sets a model up in the registry; with 0 bytes there is none. */
    void model(String name, long bytes) {
        post("/_lab/model", JsonMapper.shared().writeValueAsString(Map.of("model", name, "bytes", bytes)));
    }

    /** Ends all faults. */
    void mend() {
        send(request("/_lab/faults").DELETE());
    }

    /** Stops a machine as its owner would in the cloud's console. */
    void stop(String project, Machine machine) {
        post(
                "/compute/v1/projects/%s/zones/%s/instances/%s/stop".formatted(project, machine.zone(), machine.name()),
                "");
    }

    /** Takes a Spot machine away, after the notice. */
    void preempt(String project, Machine machine) {
        post(
                "/_lab/preempt",
                JsonMapper.shared()
                        .writeValueAsString(
                                Map.of("project", project, "zone", machine.zone(), "name", machine.name())));
    }

    private JsonNode get(String path) {
        return send(request(path));
    }

    private void post(String path, String body) {
        send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri.resolve(path)).header("Authorization", "Bearer " + token);
    }

    private JsonNode send(HttpRequest.Builder request) {
        var answer = within(ANSWER, client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()));
        assertThat(answer.statusCode())
                .as(() -> Secrets.redacted(answer.uri() + ": " + answer.body()))
                .isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    private static Stream<JsonNode> rows(JsonNode array) {
        return array.valueStream();
    }

    private static Instant instant(JsonNode node) {
        return node.isNumber()
                ? Instant.ofEpochMilli(Math.round(node.asDouble() * 1000))
                : Instant.parse(node.asString());
    }
}
