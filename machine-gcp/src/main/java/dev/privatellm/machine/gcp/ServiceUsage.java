// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.client.http.EmptyContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import dev.privatellm.machine.cloud.CloudFailure;
import java.io.IOException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one method of Service Usage that we need, called by hand: a library for all the others would cost more than it saves. See
 * <a href="https://cloud.google.com/service-usage/docs/reference/rest/v1beta1/services/generateServiceIdentity">generateServiceIdentity</a>.
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
     * @param project as in {@code projects/my-project}
     * @return its e-mail address
     * @throws CloudFailure.NotReady if it is being made: the same call says it later
     * @throws IOException if it was refused, not answered, or answered with what cannot be read
     */
    String generateServiceIdentity(String project, String service) throws IOException {
        GenericUrl url =
                new GenericUrl(root + "v1beta1/%s/services/%s:generateServiceIdentity".formatted(project, service));
        HttpResponse response =
                requests.buildPostRequest(url, new EmptyContent()).execute();
        try {
            return email(JSON.readTree(response.parseAsString()), service);
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
