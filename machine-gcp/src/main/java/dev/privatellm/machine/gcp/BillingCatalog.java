// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import java.io.IOException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one method of Cloud Billing that we need, called by hand: a library for all the others would cost more than it saves. See
 * <a href="https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list">services.skus.list</a>.
 */
final class BillingCatalog {
    static final String NAME = "cloudbilling";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpRequestFactory requests;
    private final String root;

    BillingCatalog(HttpRequestFactory requests, String root) {
        this.requests = requests;
        this.root = root;
    }

    /**
     * One page of what Compute Engine sells, prices in USD.
     *
     * @param token of the page; empty for the first
     * @throws IOException if it was refused, not answered, or answered with what cannot be read
     */
    JsonNode page(String token) throws IOException {
        GenericUrl url = new GenericUrl(root + "v1/services/6F81-5844-456A/skus");
        url.set("currencyCode", "USD");
        if (!token.isEmpty()) {
            url.set("pageToken", token);
        }
        HttpResponse response = requests.buildGetRequest(url).execute();
        try {
            return JSON.readTree(response.parseAsString());
        } catch (JacksonException e) {
            throw new IOException("an answer that cannot be read", e);
        } finally {
            response.disconnect();
        }
    }
}
