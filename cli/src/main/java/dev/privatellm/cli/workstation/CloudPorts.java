// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.machine.cloud.ApiProvider;
import dev.privatellm.machine.cloud.ArtifactStore;
import dev.privatellm.machine.cloud.FirewallProvider;
import dev.privatellm.machine.cloud.IdentityProvider;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.Inventory;
import dev.privatellm.machine.cloud.KeyProvider;
import dev.privatellm.machine.cloud.NetworkProvider;
import dev.privatellm.machine.cloud.PriceCatalog;
import dev.privatellm.machine.cloud.ProjectProvider;
import dev.privatellm.machine.cloud.SecretStore;
import java.net.http.HttpClient;
import java.util.function.Supplier;

/**
 * The cloud, as the wiring filled it. Whoever made the ports closes them, after the workstation.
 *
 * @param web clients for what is asked in the internet besides, by the same way, such as a company's proxy
 */
public record CloudPorts(
        InstanceProvider instances,
        FirewallProvider firewalls,
        SecretStore secrets,
        NetworkProvider networks,
        IdentityProvider identities,
        KeyProvider keys,
        ProjectProvider project,
        ArtifactStore artifacts,
        ApiProvider apis,
        Supplier<HttpClient.Builder> web,
        Inventory inventory,
        PriceCatalog prices) {}
