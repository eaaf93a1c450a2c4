// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.project;

import com.google.cloud.billing.v1.CloudCatalogProto;
import com.google.cloud.billing.v1.ListSkusRequest;
import com.google.cloud.billing.v1.ListSkusResponse;
import com.google.cloud.billing.v1.PricingExpression;
import com.google.cloud.billing.v1.PricingExpression.TierRate;
import com.google.cloud.billing.v1.PricingInfo;
import com.google.cloud.billing.v1.Sku;
import com.google.type.Money;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The catalogue of prices of Compute Engine: https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list. Anybody with a token may read it. Its
 * prices are such that the sum of a machine's parts is what the machine types' own table says; beside them are others that sound alike.
 */
public final class BillingCatalog {
    private static final String COMPUTE_ENGINE = "services/6F81-5844-456A";

    /** Fewer than Google's 5,000, so that there are several. */
    private static final int MOST_ON_A_PAGE = 100;

    private final RestService service = new RestService(CloudCatalogProto.getDescriptor(), BillingCatalog::authorize);
    private final List<Sku> skus = new ArrayList<>();

    public BillingCatalog(Set<String> regions) {
        for (String region : new TreeSet<>(regions)) {
            family(region, "G2 Instance", "Nvidia L4 GPU", 24_988_000, 2_927_000, 560_040_000);
            family(region, "G4 Instance", "RTX 6000 96GB", 48_910_000, 5_870_000, 1_095_650_000);
            family(region, "A2 Instance", "Nvidia Tesla A100 GPU", 31_611_000, 4_237_000, 2_930_523_000L);
            spot(region, "G2 Instance", "Nvidia L4 GPU", 14_056_000, 1_646_000, 315_023_000);
            spot(region, "G4 Instance", "RTX 6000 96GB", 19_564_000, 2_348_000, 438_288_000);
            spot(region, "A2 Instance", "Nvidia Tesla A100 GPU", 16_624_000, 2_228_000, 1_541_132_000);
            add(region, "Nvidia Tesla A100 80GB GPU running in", "h", 3_928_000_000L);
            add(region, "Nvidia L4 Virtual Workstation GPU running in", "h", 760_040_000);
            add(region, "Commitment v1: Nvidia L4 GPU running in", "h", 352_825_000);
            add(region, "N2 Instance Core running in", "h", 31_611_000);
        }
        service.on("CloudCatalog.ListSkus", ListSkusRequest.getDefaultInstance(), (_, request) -> list(request));
    }

    private static void authorize(Caller caller, String rpc) {
        if (caller instanceof Caller.Machine) {
            throw ApiError.of(403, "IAM_PERMISSION_DENIED", "%s may not call %s.".formatted(caller.email(), rpc));
        }
    }

    /** Its methods. */
    public RestService service() {
        return service;
    }

    private void family(String region, String instance, String gpu, long core, long ram, long each) {
        add(region, instance + " Core running in", "h", core);
        add(region, instance + " Ram running in", "GiBy.h", ram);
        add(region, gpu + " running in", "h", each);
    }

    private void spot(String region, String instance, String gpu, long core, long ram, long each) {
        add(region, "Spot Preemptible " + instance + " Core running in", "h", core);
        add(region, "Spot Preemptible " + instance + " Ram running in", "GiBy.h", ram);
        add(region, gpu + " attached to Spot Preemptible VMs running in", "h", each);
    }

    private void add(String region, String what, String unit, long nanos) {
        String id = "%04X-%04X-%04X".formatted(skus.size(), region.hashCode() & 0xFFFF, what.hashCode() & 0xFFFF);
        skus.add(Sku.newBuilder()
                .setName(COMPUTE_ENGINE + "/skus/" + id)
                .setSkuId(id)
                .setDescription("%s %s".formatted(what, region))
                .addServiceRegions(region)
                .addPricingInfo(PricingInfo.newBuilder()
                        .setPricingExpression(PricingExpression.newBuilder()
                                .setUsageUnit(unit)
                                .addTieredRates(TierRate.newBuilder()
                                        .setUnitPrice(Money.newBuilder()
                                                .setCurrencyCode("USD")
                                                .setUnits(nanos / 1_000_000_000)
                                                .setNanos((int) (nanos % 1_000_000_000))))))
                .build());
    }

    private ListSkusResponse list(ListSkusRequest request) {
        if (!request.getParent().equals(COMPUTE_ENGINE)) {
            throw ApiError.of(404, "notFound", "There is no service %s here.".formatted(request.getParent()));
        }
        int from = from(request.getPageToken());
        int asked = request.getPageSize() == 0 ? MOST_ON_A_PAGE : Math.min(request.getPageSize(), MOST_ON_A_PAGE);
        int to = Math.min(skus.size(), from + asked);
        return ListSkusResponse.newBuilder()
                .addAllSkus(skus.subList(from, to))
                .setNextPageToken(to < skus.size() ? "from-" + to : "")
                .build();
    }

    private int from(String token) {
        if (token.isEmpty()) {
            return 0;
        }
        if (!token.matches("from-[0-9]{1,6}")) {
            throw ApiError.invalid("Invalid page token: " + token);
        }
        return Math.min(skus.size(), Integer.parseInt(token.substring("from-".length())));
    }
}
