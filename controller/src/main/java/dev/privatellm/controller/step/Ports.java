// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cloud.ApiProvider;
import dev.privatellm.machine.cloud.ArtifactStore;
import dev.privatellm.machine.cloud.FirewallProvider;
import dev.privatellm.machine.cloud.IdentityProvider;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.KeyProvider;
import dev.privatellm.machine.cloud.ModelRegistry;
import dev.privatellm.machine.cloud.NetworkProvider;
import dev.privatellm.machine.cloud.Prices;
import dev.privatellm.machine.cloud.ProjectProvider;
import dev.privatellm.machine.cloud.SecretStore;
import dev.privatellm.machine.cost.RunLedger;
import dev.privatellm.machine.link.EgressSource;
import dev.privatellm.machine.link.GuestLink;
import dev.privatellm.machine.pki.EpochIssuer;
import dev.privatellm.machine.pki.EpochStore;
import dev.privatellm.machine.plan.StateStore;
import java.util.function.Supplier;

/**
 * The world of one resource.
 *
 * @param prices of an hour, as they are known now
 * @param guest calls that change something at the guest; looking is the observer's
 */
public record Ports(
        StateStore<ResourceState> state,
        InstanceProvider instances,
        FirewallProvider firewalls,
        SecretStore secrets,
        NetworkProvider networks,
        IdentityProvider identities,
        KeyProvider keys,
        ProjectProvider project,
        ModelRegistry models,
        ArtifactStore artifacts,
        ApiProvider apis,
        EpochIssuer issuer,
        EpochStore epochs,
        GuestLink guest,
        GuestObserver observer,
        EgressSource egress,
        DemandSource demand,
        LinkSink link,
        EffectLog effects,
        RunLedger ledger,
        Release release,
        Supplier<Prices> prices) {}
