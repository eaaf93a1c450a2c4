// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.endpoint;

import dev.privatellm.gateway.filter.Credentials;
import dev.privatellm.gateway.filter.HostNames;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What the endpoints show, and to whom. */
public record OwnState(
        Supplier<GatewayStatus> status,
        Supplier<String> metrics,
        BooleanSupplier draining,
        HostNames hosts,
        Credentials credentials) {}
