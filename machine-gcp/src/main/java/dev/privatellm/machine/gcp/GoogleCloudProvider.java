// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

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
import java.time.Clock;
import java.time.Duration;

/**
 * One project of Google Cloud, as the ports of {@link dev.privatellm.machine.cloud}. The ports may be used from any number of threads; each request to the
 * cloud blocks its thread for at most {@link GoogleClients#CALL_TIMEOUT}, and a method makes a bounded number of them: most one, a list one for each page, a
 * grant two for each of {@link Policies#MAX_TRIES} tries. Google's clients, threads and connections are made when they are first needed.
 */
public final class GoogleCloudProvider implements AutoCloseable {
    private final GoogleClients clients;
    private final HttpProxies proxies;
    private final InstanceProvider instances;
    private final FirewallProvider firewalls;
    private final SecretStore secrets;
    private final NetworkProvider networks;
    private final IdentityProvider identities;
    private final KeyProvider keys;
    private final ProjectProvider project;
    private final ArtifactStore artifacts;
    private final PriceCatalog prices;
    private final ApiProvider apis;
    private final GoogleInventory inventory;

    /** @param callTimeout see {@link GoogleClients#CALL_TIMEOUT} */
    GoogleCloudProvider(
            GoogleCloudSettings settings, HttpProxies proxies, CallLog log, Duration callTimeout, Clock clock) {
        this.proxies = proxies;
        clients = new GoogleClients(settings, proxies, log, callTimeout);
        GoogleOperations operations = new GoogleOperations(clients, settings.projectId());
        instances = new GoogleInstances(
                clients,
                operations,
                settings.projectId(),
                settings.networkProject(),
                settings.endpoint().isPresent());
        firewalls = new GoogleFirewalls(
                clients,
                settings.networkProject().equals(settings.projectId())
                        ? operations
                        : new GoogleOperations(clients, settings.networkProject()),
                settings.networkProject());
        secrets = new GoogleSecrets(clients, settings.projectId());
        networks = new GoogleNetworks(clients, operations, settings.projectId());
        identities = new GoogleIdentities(clients, settings.projectId());
        keys = new GoogleKeys(clients, settings.projectId(), clock);
        project = new GoogleProject(clients, settings.projectId(), settings.networkProject(), clock);
        artifacts = new GoogleArtifacts(clients, settings.projectId());
        prices = new GooglePrices(clients);
        apis = new GoogleApis(clients, settings.projectId());
        inventory = new GoogleInventory(clients, operations, this, settings.projectId(), settings.networkProject());
    }

    /**
     * Loads the credentials; no call goes to the cloud yet. Calls go by the proxy that the process's environment names, if it does.
     *
     * @throws IllegalArgumentException if the environment names a proxy in a form that cannot be understood
     * @throws dev.privatellm.machine.cloud.CloudFailure.CredentialsRejected if the credentials are missing, unreadable or not for the endpoint
     */
    public static GoogleCloudProvider open(GoogleCloudSettings settings) {
        return new GoogleCloudProvider(
                settings,
                HttpProxies.of(System.getenv()),
                CallLog.of(System.getenv()),
                GoogleClients.CALL_TIMEOUT,
                Clock.systemUTC());
    }

    public InstanceProvider instances() {
        return instances;
    }

    public FirewallProvider firewalls() {
        return firewalls;
    }

    public SecretStore secrets() {
        return secrets;
    }

    public NetworkProvider networks() {
        return networks;
    }

    public IdentityProvider identities() {
        return identities;
    }

    public KeyProvider keys() {
        return keys;
    }

    public ProjectProvider project() {
        return project;
    }

    public ArtifactStore artifacts() {
        return artifacts;
    }

    /** Everything of ours in the project, for whoever tidies up. */
    public Inventory inventory() {
        return inventory;
    }

    /** What the cloud's things cost. */
    public PriceCatalog prices() {
        return prices;
    }

    public ApiProvider apis() {
        return apis;
    }

    /** A new client, for whatever is asked in the internet besides, that goes the same way as calls to the cloud. Whoever builds it closes it. */
    public HttpClient.Builder web() {
        return proxies.applyTo(HttpClient.newBuilder());
    }

    /**
     * Pays ahead what the first calls would cost: loads and links Google's classes, signs the first token, opens the connections. Only reads; a failure
     * is of no consequence here, since the first real call will meet and report it. Meant for a background thread at start-up.
     */
    public void warmUp() {
        new WarmUp(this).run();
    }

    /** Ends connections and threads, without which the process does not end by itself; calls in flight fail as {@link dev.privatellm.machine.cloud.CloudFailure.Unavailable}. */
    @Override
    public void close() {
        clients.close();
    }
}
