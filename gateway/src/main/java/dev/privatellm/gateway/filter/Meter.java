// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.exchange.Chain;
import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.Filter;
import dev.privatellm.gateway.exchange.Response;
import dev.privatellm.gateway.metering.ChunkCalibration;
import dev.privatellm.gateway.schema.ClientApi;
import dev.privatellm.gateway.schema.RequestFacts;
import java.util.Optional;

/** Counts the tokens of an answer while it passes. */
public final class Meter implements Filter {
    private final ChunkCalibration calibration;

    public Meter(ChunkCalibration calibration) {
        this.calibration = calibration;
    }

    @Override
    public void handle(Exchange exchange, Response response, Chain next) {
        Optional<ClientApi> api = exchange.call().endpoint().api();
        Optional<RequestFacts> facts = exchange.facts();
        Response metered = api.isPresent() && facts.isPresent()
                ? new MeteredResponse(response, exchange, api.get(), facts.get(), calibration)
                : response;
        next.proceed(exchange, metered);
    }
}
