// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import dev.privatellm.gateway.port.DemandSignal;
import dev.privatellm.gateway.port.KeySource;
import dev.privatellm.gateway.port.RouteSource;
import dev.privatellm.gateway.port.Slots;
import dev.privatellm.gateway.port.Timepiece;
import dev.privatellm.gateway.port.UsageLedger;

/** Everything outside the gateway that it needs, in one value. Whoever fills the ports closes them, after the gateway. */
public record GatewayPorts(
        RouteSource routes, DemandSignal demand, KeySource keys, UsageLedger ledger, Slots slots, Timepiece time) {}
