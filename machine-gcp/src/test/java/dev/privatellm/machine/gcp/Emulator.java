// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.awaitility.Awaitility.await;

import dev.privatellm.lab.gcp.GoogleCloud;
import dev.privatellm.lab.gcp.GoogleCloudOptions;
import dev.privatellm.machine.cloud.InstanceId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The lab's Google Cloud, one for all tests that are extended with this, ended after the last of them. Every test works in a project of its own, on machines
 * without software of ours.
 */
final class Emulator implements BeforeAllCallback {
    private static final Duration BOOT = Duration.ofSeconds(2);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    private static final List<String> IDLE_GUEST = List.of("/bin/sh", "-c", "exec sleep 600");
    private static final AtomicInteger PROJECTS = new AtomicInteger();
    private static volatile GoogleCloud cloud;
    private static volatile GoogleCloud newProjects;

    @Override
    public void beforeAll(ExtensionContext context) {
        cloud = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(Emulator.class, _ -> start(GoogleCloudOptions.defaults()), GoogleCloud.class);
        newProjects = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(
                        "new projects", _ -> start(GoogleCloudOptions.defaults().withNewProjects()), GoogleCloud.class);
    }

    private static GoogleCloud start(GoogleCloudOptions options) {
        try {
            return GoogleCloud.start(options.withBoot(BOOT).withGuest(IDLE_GUEST));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The adapter on a project in which nothing is. */
    static GoogleCloudProvider connect() {
        return connect(newProject());
    }

    /** The adapter on a project in which not even APIs are enabled, in a cloud of its own. */
    static GoogleCloudProvider connectToNewProject() {
        return connectToNewProject(newProject());
    }

    static GoogleCloudProvider connectToNewProject(String project) {
        GoogleCloud other = newProjects;
        return GoogleCloudProvider.open(
                new GoogleCloudSettings(project, Optional.of(other.baseUri()), Optional.of(other.credentialsFile())));
    }

    /** The id of a project that nobody has used yet. */
    static String newProject() {
        return "contract-%04d".formatted(PROJECTS.incrementAndGet());
    }

    static GoogleCloudProvider connect(String project) {
        return GoogleCloudProvider.open(settings(project));
    }

    static GoogleCloudSettings settings(String project) {
        return new GoogleCloudSettings(project, Optional.of(cloud.baseUri()), Optional.of(cloud.credentialsFile()));
    }

    /** The adapter on a project whose machines are in the networks of another. */
    static GoogleCloudProvider connect(String project, String networkProject) {
        return GoogleCloudProvider.open(new GoogleCloudSettings(
                project,
                Optional.of(cloud.baseUri()),
                Optional.of(cloud.credentialsFile()),
                Optional.of(networkProject)));
    }

    static void eventually(BooleanSupplier condition) {
        await().atMost(LONGEST_WAIT).pollInterval(Duration.ofMillis(20)).until(condition::getAsBoolean);
    }

    /** Posts a fault rule, as JSON; {@link #heal} ends all of them. */
    static void fault(String rule) throws IOException, InterruptedException {
        lab(HttpRequest.newBuilder(lab("faults")).POST(HttpRequest.BodyPublishers.ofString(rule)));
    }

    static void heal() throws IOException, InterruptedException {
        lab(HttpRequest.newBuilder(lab("faults")).DELETE());
    }

    /** Sets a project up: members of a JSON object. */
    static void project(String project, String settings) throws IOException, InterruptedException {
        String named = "{\"project\": \"%s\", %s}".formatted(project, settings);
        lab(HttpRequest.newBuilder(lab("project")).POST(HttpRequest.BodyPublishers.ofString(named)));
    }

    /** The same in the cloud where not even APIs are enabled. */
    static void newProject(String settings) throws IOException, InterruptedException {
        lab(
                newProjects,
                HttpRequest.newBuilder(newProjects.baseUri().resolve("/_lab/project"))
                        .POST(HttpRequest.BodyPublishers.ofString(settings)));
    }

    /** Adds an image, the newest of its family. */
    static void publish(String project, String family, String name) {
        String image = "{\"project\":\"%s\",\"family\":\"%s\",\"name\":\"%s\"}".formatted(project, family, name);
        try {
            lab(HttpRequest.newBuilder(lab("image")).POST(HttpRequest.BodyPublishers.ofString(image)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes a spot machine back. */
    static void preempt(String project, InstanceId id) {
        event("preempt", project, id);
    }

    /** Lets something happen to a machine, such as {@code maintain} or {@code break}. */
    static void event(String event, String project, InstanceId id) {
        String machine = "{\"project\":\"%s\",\"zone\":\"%s\",\"name\":\"%s\"}"
                .formatted(project, id.zone(), id.name().value());
        try {
            lab(HttpRequest.newBuilder(lab(event)).POST(HttpRequest.BodyPublishers.ofString(machine)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static URI lab(String page) {
        return cloud.baseUri().resolve("/_lab/" + page);
    }

    private static void lab(HttpRequest.Builder request) throws IOException, InterruptedException {
        lab(cloud, request);
    }

    private static void lab(GoogleCloud where, HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest authorized =
                    request.header("Authorization", "Bearer " + where.token()).build();
            HttpResponse<String> answer = client.send(authorized, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(answer.statusCode() + " " + answer.body());
            }
        }
    }
}
