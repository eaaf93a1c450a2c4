// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.PowerOutlook;
import dev.privatellm.machine.power.PowerRequests;
import java.util.SortedSet;

/**
 * All that a decision may depend upon, besides the moment.
 *
 * @param gatewayEgress addresses that gateways report as theirs
 * @param freshId an id that no mutation bears yet
 * @param outlook what money and the calendar say
 */
public record Facts(
        MachineSpec spec,
        PlanState state,
        Demand demand,
        SortedSet<String> gatewayEgress,
        PowerRequests requests,
        Observations seen,
        RequestId freshId,
        PowerOutlook outlook) {}
