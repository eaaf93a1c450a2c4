// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one method of Resource Manager that we need, called by hand: a library for all the others would cost more than it saves. See
 * <a href="https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions">projects.testIamPermissions</a>.
 */
final class ResourceManager {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpRequestFactory requests;
    private final String root;

    ResourceManager(HttpRequestFactory requests, String root) {
        this.requests = requests;
        this.root = root;
    }

    /**
     * Those of these permissions that the caller has on a project.
     *
     * @throws IOException if it was refused, not answered, or answered with what cannot be read
     */
    SortedSet<String> granted(String project, SortedSet<String> permissions) throws IOException {
        byte[] body =
                JSON.writeValueAsString(Map.of("permissions", permissions)).getBytes(StandardCharsets.UTF_8);
        HttpResponse response = requests.buildPostRequest(
                        new GenericUrl(root + "v3/projects/%s:testIamPermissions".formatted(project)),
                        new ByteArrayContent("application/json", body))
                .execute();
        try {
            SortedSet<String> granted = new TreeSet<>();
            JSON.readTree(response.parseAsString())
                    .path("permissions")
                    .forEach(permission -> granted.add(permission.asString("")));
            return granted;
        } catch (JacksonException e) {
            throw new IOException("an answer that cannot be read", e);
        } finally {
            response.disconnect();
        }
    }
}
