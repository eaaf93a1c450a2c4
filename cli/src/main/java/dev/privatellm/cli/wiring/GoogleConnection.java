// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.wiring;

import dev.privatellm.cli.workstation.CloudPorts;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Inventory;
import dev.privatellm.machine.gcp.GoogleCloudProvider;
import dev.privatellm.machine.gcp.GoogleCloudSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** The ports to the cloud, filled with Google's. Close it after whatever uses the ports. */
public final class GoogleConnection implements AutoCloseable {
    private final GoogleCloudProvider provider;

    private GoogleConnection(GoogleCloudProvider provider) {
        this.provider = provider;
    }

    /**
     * Opens a connection; no call is made yet, but the classes that a wake needs begin to load in the background.
     *
     * @param networkProjectId the project that shares its network with this one; empty if none does
     * @param endpoint an emulator in place of Google; then only a key made by that endpoint is used
     * @param credentials file that says whom to act as; empty for the user's application default credentials
     * @throws IllegalArgumentException if project, endpoint or credentials cannot be used; the message is for people
     */
    public static GoogleConnection open(
            String projectId, Optional<String> networkProjectId, Optional<URI> endpoint, Optional<Path> credentials) {
        GoogleCloudProvider provider;
        try {
            provider = GoogleCloudProvider.open(
                    new GoogleCloudSettings(projectId, endpoint, credentials, networkProjectId));
        } catch (CloudFailure.CredentialsRejected unusable) {
            throw new IllegalArgumentException(unusable.getMessage(), unusable);
        }
        Thread.ofPlatform().daemon().name("cloud-warm-up").start(provider::warmUp);
        return new GoogleConnection(provider);
    }

    public CloudPorts ports() {
        return new CloudPorts(
                provider.instances(),
                provider.firewalls(),
                provider.secrets(),
                provider.networks(),
                provider.identities(),
                provider.keys(),
                provider.project(),
                provider.artifacts(),
                provider.apis(),
                provider::web,
                provider.inventory(),
                provider.prices());
    }

    /** Everything of ours in the project. */
    public Inventory inventory() {
        return provider.inventory();
    }

    @Override
    public void close() {
        provider.close();
    }
}
