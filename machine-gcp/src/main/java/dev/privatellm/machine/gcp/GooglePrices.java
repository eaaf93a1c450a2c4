// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.PriceCatalog;
import dev.privatellm.machine.cloud.Prices;
import dev.privatellm.machine.cloud.Sku;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * {@link PriceCatalog} on the <a href="https://cloud.google.com/billing/docs/how-to/get-pricing-information-api">catalogue of Cloud Billing</a>: some ten pages
 * of up to 5,000 entries, which anybody may read whose project has the API enabled.
 */
final class GooglePrices implements PriceCatalog {
    private final GoogleClients clients;

    GooglePrices(GoogleClients clients) {
        this.clients = clients;
    }

    @Override
    public List<Sku> skus() {
        List<Sku> found = new ArrayList<>();
        String token = "";
        do {
            String asked = token;
            JsonNode page = GoogleErrors.calling(
                    clients.restCalls(),
                    BillingCatalog.NAME,
                    () -> clients.billingCatalog().page(asked));
            page.path("skus")
                    .valueStream()
                    .filter(sku -> Prices.mayNeed(sku.path("description").asString("")))
                    .map(GooglePrices::sku)
                    .forEach(found::add);
            token = page.path("nextPageToken").asString("");
        } while (!token.isEmpty());
        return found;
    }

    /** The latest price comes alone where no time is asked for; an entry with several is left without any. */
    private static Sku sku(JsonNode sku) {
        JsonNode prices = sku.path("pricingInfo");
        JsonNode expression = prices.size() == 1 ? prices.path(0).path("pricingExpression") : prices.path("none");
        Set<String> currencies = expression
                .path("tieredRates")
                .valueStream()
                .map(rate -> rate.path("unitPrice").path("currencyCode").asString(""))
                .collect(Collectors.toSet());
        return new Sku(
                sku.path("description").asString(""),
                sku.path("serviceRegions")
                        .valueStream()
                        .map(region -> region.asString(""))
                        .collect(Collectors.toSet()),
                expression.path("usageUnit").asString(""),
                String.join(",", currencies),
                expression
                        .path("tieredRates")
                        .valueStream()
                        .map(rate -> usd(rate.path("unitPrice")))
                        .toList());
    }

    /** Whole units come as text, as every int64 does; what is zero is left out. */
    private static BigDecimal usd(JsonNode money) {
        return new BigDecimal(money.path("units").asString("0"))
                .add(BigDecimal.valueOf(money.path("nanos").asLong(0), 9));
    }
}
