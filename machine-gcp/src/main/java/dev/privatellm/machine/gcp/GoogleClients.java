// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.gax.core.BackgroundResource;
import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.core.FixedExecutorProvider;
import com.google.api.gax.httpjson.InstantiatingHttpJsonChannelProvider;
import com.google.api.gax.rpc.ClientSettings;
import com.google.api.gax.rpc.UnaryCallSettings;
import com.google.api.services.iam.v1.Iam;
import com.google.api.services.storage.Storage;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.compute.v1.DisksClient;
import com.google.cloud.compute.v1.DisksSettings;
import com.google.cloud.compute.v1.FirewallsClient;
import com.google.cloud.compute.v1.FirewallsSettings;
import com.google.cloud.compute.v1.GlobalOperationsClient;
import com.google.cloud.compute.v1.GlobalOperationsSettings;
import com.google.cloud.compute.v1.ImagesClient;
import com.google.cloud.compute.v1.ImagesSettings;
import com.google.cloud.compute.v1.InstancesClient;
import com.google.cloud.compute.v1.InstancesSettings;
import com.google.cloud.compute.v1.MachineTypesClient;
import com.google.cloud.compute.v1.MachineTypesSettings;
import com.google.cloud.compute.v1.NetworksClient;
import com.google.cloud.compute.v1.NetworksSettings;
import com.google.cloud.compute.v1.ProjectsClient;
import com.google.cloud.compute.v1.ProjectsSettings;
import com.google.cloud.compute.v1.RegionOperationsClient;
import com.google.cloud.compute.v1.RegionOperationsSettings;
import com.google.cloud.compute.v1.RegionsClient;
import com.google.cloud.compute.v1.RegionsSettings;
import com.google.cloud.compute.v1.SubnetworksClient;
import com.google.cloud.compute.v1.SubnetworksSettings;
import com.google.cloud.compute.v1.ZoneOperationsClient;
import com.google.cloud.compute.v1.ZoneOperationsSettings;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.KeyManagementServiceSettings;
import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Google's clients, each made when it is first asked for, all over REST on one transport and one set of threads.
 *
 * <p>No client retries. The generated defaults would repeat a read for ten minutes and hide from the caller that an answer was lost; here every call goes
 * out once and has {@link #CALL_TIMEOUT}. One repetition remains, below us: the JDK's {@code HttpURLConnection} sends a request again if a kept connection
 * dies before the answer, but only one without a body of its own: a read, a delete whose request id makes it the same delete, or one of a secret or an
 * account, which has no request id and may then be answered that there is none. A POST, even an empty one, is streamed by Google's transport and therefore
 * never repeated; adding a version to a secret, which has no request id, depends on that.
 */
final class GoogleClients implements AutoCloseable {
    /** From sending a call to having read its answer; afterwards it counts as lost. Google answers within two seconds as a rule. */
    static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);

    private final GoogleCloudSettings settings;
    private final Duration callTimeout;
    private final FixedCredentialsProvider credentials;
    private final HttpTransport transport;
    // Platform threads: the first calls initialise the libraries' classes, and virtual threads that do so beside each
    // other pin the carriers they wait for.
    private final ExecutorService calls = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("google-cloud-", 0).factory());
    private final ScheduledExecutorService background;
    private final CallsInFlight inFlight = new CallsInFlight();
    private final LimitedCalls limited;
    private final RestCalls restCalls;
    private final Iam iam;
    private final Storage storage;
    private final ServiceUsage serviceUsage;
    private final ResourceManager resourceManager;
    private final BillingCatalog billingCatalog;

    private final Once<InstancesClient> instances = new Once<>(this::newInstances);
    private final Once<DisksClient> disks = new Once<>(this::newDisks);
    private final Once<FirewallsClient> firewalls = new Once<>(this::newFirewalls);
    private final Once<NetworksClient> networks = new Once<>(this::newNetworks);
    private final Once<SubnetworksClient> subnetworks = new Once<>(this::newSubnetworks);
    private final Once<ZoneOperationsClient> zoneOperations = new Once<>(this::newZoneOperations);
    private final Once<RegionOperationsClient> regionOperations = new Once<>(this::newRegionOperations);
    private final Once<GlobalOperationsClient> globalOperations = new Once<>(this::newGlobalOperations);
    private final Once<MachineTypesClient> machineTypes = new Once<>(this::newMachineTypes);
    private final Once<ImagesClient> images = new Once<>(this::newImages);
    private final Once<ProjectsClient> projects = new Once<>(this::newProjects);
    private final Once<RegionsClient> regions = new Once<>(this::newRegions);
    private final Once<SecretManagerServiceClient> secrets = new Once<>(this::newSecrets);
    private final Once<KeyManagementServiceClient> keys = new Once<>(this::newKeys);

    GoogleClients(GoogleCloudSettings settings, HttpProxies proxies, CallLog log, Duration callTimeout) {
        PayloadLogging.silence();
        this.settings = settings;
        this.callTimeout = callTimeout;
        this.transport = transport(log.around(proxies::open));
        GoogleCredentials identity = GoogleIdentity.of(settings, transport(proxies::open));
        this.credentials = FixedCredentialsProvider.create(identity);
        this.background = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("google-clients").factory());
        CallLimits limits = settings.endpoint().isPresent() ? CallLimits.ofRehearsal() : CallLimits.ofGoogle();
        this.limited = new LimitedCalls(limits);
        this.restCalls = new RestCalls(identity, limits, callTimeout, calls, background);
        this.iam = new Iam.Builder(transport, GsonFactory.getDefaultInstance(), restCalls)
                .setRootUrl(root("https://iam.googleapis.com"))
                .setApplicationName("PrivateLlm")
                .build();
        this.storage = new Storage.Builder(transport, GsonFactory.getDefaultInstance(), restCalls)
                .setRootUrl(root("https://storage.googleapis.com"))
                .setApplicationName("PrivateLlm")
                .build();
        this.serviceUsage = new ServiceUsage(
                transport.createRequestFactory(restCalls), root("https://serviceusage.googleapis.com"));
        this.resourceManager = new ResourceManager(
                transport.createRequestFactory(restCalls), root("https://cloudresourcemanager.googleapis.com"));
        this.billingCatalog = new BillingCatalog(
                transport.createRequestFactory(restCalls), root("https://cloudbilling.googleapis.com"));
    }

    private static HttpTransport transport(CallLog.Opening opening) {
        return new NetHttpTransport.Builder()
                .setConnectionFactory(opening::open)
                .build();
    }

    /** Address of a service, ending in a slash: the overridden endpoint, or Google's own. */
    private String root(String google) {
        String address = settings.endpoint().map(URI::toString).orElse(google);
        return address.endsWith("/") ? address : address + "/";
    }

    InstancesClient instances() {
        return instances.get();
    }

    DisksClient disks() {
        return disks.get();
    }

    FirewallsClient firewalls() {
        return firewalls.get();
    }

    NetworksClient networks() {
        return networks.get();
    }

    SubnetworksClient subnetworks() {
        return subnetworks.get();
    }

    ZoneOperationsClient zoneOperations() {
        return zoneOperations.get();
    }

    RegionOperationsClient regionOperations() {
        return regionOperations.get();
    }

    GlobalOperationsClient globalOperations() {
        return globalOperations.get();
    }

    MachineTypesClient machineTypes() {
        return machineTypes.get();
    }

    ImagesClient images() {
        return images.get();
    }

    ProjectsClient projects() {
        return projects.get();
    }

    RegionsClient regions() {
        return regions.get();
    }

    SecretManagerServiceClient secrets() {
        return secrets.get();
    }

    KeyManagementServiceClient keys() {
        return keys.get();
    }

    /** Its calls go through {@link #restCalls}, or they have no time-out. */
    Iam iam() {
        return iam;
    }

    /** Its calls go through {@link #restCalls}, or they have no time-out. */
    Storage storage() {
        return storage;
    }

    /** Its calls go through {@link #restCalls}, or they have no time-out. */
    ServiceUsage serviceUsage() {
        return serviceUsage;
    }

    /** Its calls go through {@link #restCalls}, or they have no time-out. */
    ResourceManager resourceManager() {
        return resourceManager;
    }

    /** Its calls go through {@link #restCalls}, or they have no time-out. */
    BillingCatalog billingCatalog() {
        return billingCatalog;
    }

    RestCalls restCalls() {
        return restCalls;
    }

    private InstancesClient newInstances() throws IOException {
        InstancesSettings.Builder builder = InstancesSettings.newBuilder();
        return InstancesClient.create(common(builder, InstancesSettings.defaultHttpJsonTransportProviderBuilder())
                .applyToAllUnaryMethods(this::once)
                .build());
    }

    private DisksClient newDisks() throws IOException {
        DisksSettings.Builder builder = DisksSettings.newBuilder();
        return DisksClient.create(common(builder, DisksSettings.defaultHttpJsonTransportProviderBuilder())
                .applyToAllUnaryMethods(this::once)
                .build());
    }

    private FirewallsClient newFirewalls() throws IOException {
        FirewallsSettings.Builder builder = FirewallsSettings.newBuilder();
        return FirewallsClient.create(common(builder, FirewallsSettings.defaultHttpJsonTransportProviderBuilder())
                .applyToAllUnaryMethods(this::once)
                .build());
    }

    private NetworksClient newNetworks() throws IOException {
        NetworksSettings.Builder builder = NetworksSettings.newBuilder();
        return NetworksClient.create(common(builder, NetworksSettings.defaultHttpJsonTransportProviderBuilder())
                .applyToAllUnaryMethods(this::once)
                .build());
    }

    private SubnetworksClient newSubnetworks() throws IOException {
        SubnetworksSettings.Builder builder = SubnetworksSettings.newBuilder();
        return SubnetworksClient.create(common(builder, SubnetworksSettings.defaultHttpJsonTransportProviderBuilder())
                .applyToAllUnaryMethods(this::once)
                .build());
    }

    private RegionOperationsClient newRegionOperations() throws IOException {
        RegionOperationsSettings.Builder builder = RegionOperationsSettings.newBuilder();
        return RegionOperationsClient.create(
                common(builder, RegionOperationsSettings.defaultHttpJsonTransportProviderBuilder())
                        .applyToAllUnaryMethods(this::once)
                        .build());
    }

    private ZoneOperationsClient newZoneOperations() throws IOException {
        ZoneOperationsSettings.Builder builder = ZoneOperationsSettings.newBuilder();
        return ZoneOperationsClient.create(
                common(builder, ZoneOperationsSettings.defaultHttpJsonTransportProviderBuilder())
                        .applyToAllUnaryMethods(this::once)
                        .build());
    }

    private GlobalOperationsClient newGlobalOperations() throws IOException {
        GlobalOperationsSettings.Builder builder = GlobalOperationsSettings.newBuilder();
        return GlobalOperationsClient.create(
                common(builder, GlobalOperationsSettings.defaultHttpJsonTransportProviderBuilder())
                        .applyToAllUnaryMethods(this::once)
                        .build());
    }

    private MachineTypesClient newMachineTypes() throws IOException {
        MachineTypesSettings.Builder builder = MachineTypesSettings.newBuilder();
        return MachineTypesClient.create(common(builder, MachineTypesSettings.defaultHttpJsonTransportProviderBuilder())
                .applyToAllUnaryMethods(this::once)
                .build());
    }

    private ImagesClient newImages() throws IOException {
        ImagesSettings.Builder builder = ImagesSettings.newBuilder();
        return ImagesClient.create(common(builder, ImagesSettings.defaultHttpJsonTransportProviderBuilder())
                .applyToAllUnaryMethods(this::once)
                .build());
    }

    private ProjectsClient newProjects() throws IOException {
        ProjectsSettings.Builder builder = ProjectsSettings.newBuilder();
        return ProjectsClient.create(common(builder, ProjectsSettings.defaultHttpJsonTransportProviderBuilder())
                .applyToAllUnaryMethods(this::once)
                .build());
    }

    private RegionsClient newRegions() throws IOException {
        RegionsSettings.Builder builder = RegionsSettings.newBuilder();
        return RegionsClient.create(common(builder, RegionsSettings.defaultHttpJsonTransportProviderBuilder())
                .applyToAllUnaryMethods(this::once)
                .build());
    }

    private SecretManagerServiceClient newSecrets() throws IOException {
        SecretManagerServiceSettings.Builder builder = SecretManagerServiceSettings.newHttpJsonBuilder();
        return SecretManagerServiceClient.create(
                common(builder, SecretManagerServiceSettings.defaultHttpJsonTransportProviderBuilder())
                        .applyToAllUnaryMethods(this::once)
                        .build());
    }

    private KeyManagementServiceClient newKeys() throws IOException {
        KeyManagementServiceSettings.Builder builder = KeyManagementServiceSettings.newHttpJsonBuilder();
        return KeyManagementServiceClient.create(
                common(builder, KeyManagementServiceSettings.defaultHttpJsonTransportProviderBuilder())
                        .applyToAllUnaryMethods(this::once)
                        .build());
    }

    private <B extends ClientSettings.Builder<?, B>> B common(
            B builder, InstantiatingHttpJsonChannelProvider.Builder channel) {
        builder.setTransportChannelProvider(channel.setExecutor(calls)
                        .setHttpTransport(transport)
                        .setInterceptorProvider(() -> List.of(inFlight, limited))
                        .build())
                .setBackgroundExecutorProvider(FixedExecutorProvider.create(background))
                .setCredentialsProvider(credentials);
        settings.endpoint().ifPresent(endpoint -> builder.setEndpoint(endpoint.toString()));
        return builder;
    }

    private @Nullable Void once(UnaryCallSettings.Builder<?, ?> call) {
        call.setSimpleTimeoutNoRetriesDuration(callTimeout);
        return null;
    }

    @Override
    public void close() {
        instances.close();
        disks.close();
        firewalls.close();
        networks.close();
        subnetworks.close();
        zoneOperations.close();
        regionOperations.close();
        globalOperations.close();
        machineTypes.close();
        images.close();
        projects.close();
        regions.close();
        secrets.close();
        keys.close();
        inFlight.cancel();
        restCalls.cancel();
        calls.shutdownNow();
        background.shutdownNow();
    }

    private interface Maker<T> {
        T make() throws IOException;
    }

    /** A client that is made at most once, and closed if it was made. */
    private static final class Once<T extends BackgroundResource> {
        private final Maker<T> maker;
        private @Nullable T made;
        private boolean closed;

        Once(Maker<T> maker) {
            this.maker = maker;
        }

        synchronized T get() {
            if (closed) {
                throw new RejectedExecutionException("closed");
            }
            if (made == null) {
                try {
                    made = maker.make();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return made;
        }

        /** At once: an orderly shutdown would keep a thread until the time-out of every call that was ever made has passed. */
        synchronized void close() {
            closed = true;
            if (made != null) {
                made.shutdownNow();
            }
        }
    }
}
