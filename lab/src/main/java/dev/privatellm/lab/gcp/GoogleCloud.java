// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import dev.privatellm.lab.gcp.compute.ComputeEngine;
import dev.privatellm.lab.gcp.compute.Ground;
import dev.privatellm.lab.gcp.compute.Pace;
import dev.privatellm.lab.gcp.compute.Projects;
import dev.privatellm.lab.gcp.compute.PublicImages;
import dev.privatellm.lab.gcp.compute.Timeline;
import dev.privatellm.lab.gcp.http.HttpHandler;
import dev.privatellm.lab.gcp.http.HttpListener;
import dev.privatellm.lab.gcp.iam.Directory;
import dev.privatellm.lab.gcp.iam.EnabledApis;
import dev.privatellm.lab.gcp.iam.ServiceAccounts;
import dev.privatellm.lab.gcp.iam.ServiceIdentities;
import dev.privatellm.lab.gcp.identity.Identity;
import dev.privatellm.lab.gcp.identity.ServiceAccountKey;
import dev.privatellm.lab.gcp.instance.Addresses;
import dev.privatellm.lab.gcp.instance.Engines;
import dev.privatellm.lab.gcp.instance.GuestCommand;
import dev.privatellm.lab.gcp.instance.MachineRoom;
import dev.privatellm.lab.gcp.kms.KeyManagement;
import dev.privatellm.lab.gcp.project.BillingCatalog;
import dev.privatellm.lab.gcp.project.ProjectTable;
import dev.privatellm.lab.gcp.project.ResourceManager;
import dev.privatellm.lab.gcp.record.Bill;
import dev.privatellm.lab.gcp.record.Faults;
import dev.privatellm.lab.gcp.record.Journal;
import dev.privatellm.lab.gcp.record.Outbound;
import dev.privatellm.lab.gcp.rest.ApiSwitch;
import dev.privatellm.lab.gcp.rest.RestApi;
import dev.privatellm.lab.gcp.rest.RestService;
import dev.privatellm.lab.gcp.secret.SecretManager;
import dev.privatellm.lab.gcp.storage.CloudStorage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running Google Cloud of one's own. Everything it knows is reached over HTTP at {@link #baseUri()}: Google's APIs, {@code /token}, {@code /egress/a} and
 * {@code /egress/b}, and {@code /_lab/…} for what only the truth's keeper can tell. Closing it ends its machines; so does the end of this process.
 */
public final class GoogleCloud implements AutoCloseable {

    /** Life of {@link #token()}: longer than any rehearsal. */
    private static final Duration TOKEN_LIFE = Duration.ofDays(30);

    private final HttpListener listener;
    private final LabFolder folder;
    private final String token;
    private final Timeline timeline;
    private final ComputeEngine compute;
    private final Journal journal;
    private final Thread lastWill;

    private GoogleCloud(
            HttpListener listener,
            LabFolder folder,
            String token,
            Timeline timeline,
            ComputeEngine compute,
            Journal journal) {
        this.listener = listener;
        this.folder = folder;
        this.token = token;
        this.timeline = timeline;
        this.compute = compute;
        this.journal = journal;
        this.lastWill = new Thread(compute::close, "lab-last-will");
    }

    /**
     * Starts one; it answers when this returns.
     *
     * @throws IOException if the port is taken or the folder cannot be written
     */
    public static GoogleCloud start(GoogleCloudOptions options) throws IOException {
        SecureRandom random = new SecureRandom();
        Clock clock = options.clock();
        LabFolder folder = LabFolder.open(options.folder());
        Outbound outbound = new Outbound(clock);
        // Machines are told the address of the API, and the API is made of the machines: requests wait for the second.
        CompletableFuture<HttpHandler> front = new CompletableFuture<>();
        HttpListener listener = HttpListener.start(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), options.port()),
                call -> front.join().handle(call),
                (socket, in) -> outbound.tee("api", socket, in));
        URI base = URI.create("http://127.0.0.1:" + listener.address().getPort());

        ServiceAccountKey key = ServiceAccountKey.generate(random);
        key.write(folder.credentials(), base);
        Identity identity = new Identity(key, clock, random);
        Pace pace = new Pace(options.boot(), options.engine() instanceof MachineEngine.Simulated);
        Engines engines = new Engines(options.engine(), pace.pull(), pace.load(), clock);
        MachineRoom room = new MachineRoom(
                base,
                options.guest().isEmpty() ? GuestCommand.ofThisProcess() : options.guest(),
                folder.machines(),
                engines,
                outbound,
                Addresses.ofThisSystem(random));
        Faults faults = new Faults();
        Bill bill = new Bill(clock);
        Timeline timeline = new Timeline();
        Ground ground = new Ground(
                new Object(), clock, timeline, pace, options.catalog(), options.lags(), faults, bill, random);
        Directory directory =
                new Directory(clock, options.lags(), identity.operator().email());
        ProjectTable projects = new ProjectTable(Projects::number, clock);
        ModelShelf models = new ModelShelf();
        ComputeEngine compute = new ComputeEngine(
                ground,
                room,
                caller -> Identity.token(identity.issue(caller, Identity.TOKEN_LIFE)),
                directory,
                projects);
        KeyManagement keys = new KeyManagement(clock, options.lags(), directory);
        SecretManager secrets = new SecretManager(clock, options.lags(), random, directory, keys, compute::namedSince);
        List<RestService> services = new ArrayList<>(keys.services());
        services.add(compute.service());
        services.add(secrets.service());
        services.add(new ServiceAccounts(directory, random).service());
        services.add(new ServiceIdentities(directory, Projects::numberOf).service());
        Journal journal = new Journal(folder.journal());
        EnabledApis apis = new EnabledApis(clock, options.lags(), Projects::numberOf, options.areApisEnabled());
        services.add(new ResourceManager(projects, apis).service());
        services.add(new BillingCatalog(regions(options.catalog())).service());
        services.addAll(apis.services());
        CloudStorage storage = new CloudStorage(clock, options.lags(), random, directory, regions(options.catalog()));
        ApiSwitch open = (name, project) -> {
            if (!PublicImages.areIn(project)) {
                apis.check(name, project);
            }
        };
        RestApi api =
                new RestApi(services, List.of(storage), projects, open, identity::authenticate, faults, journal, clock);
        front.complete(new Front(
                api,
                new LabApi(journal, bill, outbound, engines, faults, compute, projects, models),
                identity,
                models));
        GoogleCloud cloud = new GoogleCloud(
                listener, folder, identity.issue(identity.operator(), TOKEN_LIFE), timeline, compute, journal);
        Runtime.getRuntime().addShutdownHook(cloud.lastWill);
        return cloud;
    }

    private static Set<String> regions(Catalog catalog) {
        return catalog.zoneNames().stream().map(Catalog::regionOf).collect(Collectors.toSet());
    }

    /** The port it listens on. */
    public int port() {
        return listener.address().getPort();
    }

    /** {@code http://127.0.0.1:port}; what is given to the libraries as their endpoint. */
    public URI baseUri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** A bearer with the operator's rights, for curl and tests. */
    public String token() {
        return token;
    }

    /** A service-account key file for {@code GOOGLE_APPLICATION_CREDENTIALS}. */
    public Path credentialsFile() {
        return folder.credentials();
    }

    /** The line that {@code lab gcp} prints when it is ready: port, token and credentials file as JSON. */
    public String readyLine() {
        return JsonMapper.shared()
                .writeValueAsString(new Ready(port(), token, credentialsFile().toString()));
    }

    private record Ready(int port, String token, String credentialsFile) {
        @Override
        public String toString() {
            return "Ready[" + port + "]";
        }
    }

    /** Ends machines and listeners, and removes the folder if it was a temporary one. A second time does nothing. */
    @Override
    public void close() throws IOException {
        timeline.close();
        listener.close();
        compute.close();
        journal.close();
        folder.close();
        try {
            Runtime.getRuntime().removeShutdownHook(lastWill);
        } catch (IllegalStateException _) {
            // the process is ending, and the hook with it
        }
    }
}
