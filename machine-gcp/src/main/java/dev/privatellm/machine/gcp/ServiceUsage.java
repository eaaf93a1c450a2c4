// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.EmptyContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.OperationStatus;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The few methods of Service Usage that we need, called by hand: a library for all the others would cost more than it saves. See
 * <a href="https://cloud.google.com/service-usage/docs/reference/rest">its reference</a>.
 */
final class ServiceUsage {
    static final String NAME = "serviceusage";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpRequestFactory requests;
    private final String root;

    ServiceUsage(HttpRequestFactory requests, String root) {
        this.requests = requests;
        this.root = root;
    }

    /**
     * Makes the identity that a service of Google's acts as in a project, or finds the one it has.
     *
     * <p><a href="https://cloud.google.com/service-usage/docs/reference/rest/v1beta1/services/generateServiceIdentity">generateServiceIdentity</a>
     *
     * @param project as in {@code projects/my-project}
     * @return its e-mail address
     * @throws CloudFailure.NotReady if it is being made: the same call says it later
     * @throws IOException if it was refused, not answered, or answered with what cannot be read
     */
    String generateServiceIdentity(String project, String service) throws IOException {
        GenericUrl url =
                new GenericUrl(root + "v1beta1/%s/services/%s:generateServiceIdentity".formatted(project, service));
        return email(answer(requests.buildPostRequest(url, new EmptyContent())), service);
    }

    /**
     * Which of some services are enabled (<a href="https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet">batchGet</a>).
     *
     * @param services at most 30, such as {@code compute.googleapis.com}
     */
    Set<String> enabled(String project, List<String> services) throws IOException {
        GenericUrl url = new GenericUrl(root + "v1/%s/services:batchGet".formatted(project));
        url.set(
                "names",
                services.stream()
                        .map(service -> project + "/services/" + service)
                        .toList());
        return answer(requests.buildGetRequest(url))
                .path("services")
                .valueStream()
                .filter(service -> service.path("state").asString("").equals("ENABLED"))
                .map(service -> service.path("name").asString(""))
                .map(name -> name.substring(name.lastIndexOf('/') + 1))
                .collect(Collectors.toSet());
    }

    /**
     * Enables services (<a href="https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchEnable">batchEnable</a>).
     *
     * @param services at most 20
     * @return the name of the operation
     */
    String enable(String project, List<String> services) throws IOException {
        GenericUrl url = new GenericUrl(root + "v1/%s/services:batchEnable".formatted(project));
        byte[] body = JSON.writeValueAsBytes(Map.of("serviceIds", services));
        String name = answer(requests.buildPostRequest(url, new ByteArrayContent("application/json", body)))
                .path("name")
                .asString("");
        if (name.isEmpty()) {
            throw new IOException("an operation without a name");
        }
        return name;
    }

    /** How far an operation has come (<a href="https://cloud.google.com/service-usage/docs/reference/rest/v1/operations/get">get</a>). */
    OperationStatus operation(String name) throws IOException {
        JsonNode operation = answer(requests.buildGetRequest(new GenericUrl(root + "v1/" + name)));
        if (!operation.path("done").asBoolean(false)) {
            return new OperationStatus.Running();
        }
        JsonNode error = operation.path("error");
        return error.isMissingNode()
                ? new OperationStatus.Done()
                : new OperationStatus.Failed(GoogleErrors.ofStatus(error));
    }

    private static JsonNode answer(HttpRequest request) throws IOException {
        HttpResponse response = request.execute();
        try {
            return JSON.readTree(response.parseAsString());
        } catch (JacksonException e) {
            throw new IOException("an answer that cannot be read", e);
        } finally {
            response.disconnect();
        }
    }

    private static String email(JsonNode operation, String service) {
        String email = operation.path("response").path("email").asString("");
        if (!email.isEmpty()) {
            return email;
        }
        if (operation.path("done").asBoolean(false)) {
            String message = "no identity of %s: %s".formatted(service, operation.path("error"));
            throw new CloudFailure.Unclassified(
                    "SERVICE_IDENTITY_REFUSED", message, new IllegalStateException(message));
        }
        String message = "the identity of %s is being made".formatted(service);
        throw new CloudFailure.NotReady("SERVICE_IDENTITY_PENDING", message, new IllegalStateException(message));
    }
}
