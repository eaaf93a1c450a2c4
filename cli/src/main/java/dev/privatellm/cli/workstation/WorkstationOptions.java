// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.controller.step.Release;
import dev.privatellm.machine.power.PowerRequests;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one workstation is to run.
 *
 * @param document the resource
 * @param stateFolder where everything is kept
 * @param host address to listen on
 * @param port TCP port to listen on; 0 takes a free one
 * @param cloud the ports to the cloud
 * @param release what machines install
 * @param rehearsalEndpoint address of an emulator that stands in for the cloud; empty for the real one
 * @param egressProviders who tells our own address; at least two
 * @param isDemo whether the state is worth nothing afterwards: the folder is emptied first, and marked so that it may be emptied again
 * @param version of this program
 * @param pauseAfterEffect line of the effect journal after which the process stands still, for tests
 * @param wish what is asked for by hand from the first step on
 */
public record WorkstationOptions(
        PrivateLlm document,
        Path stateFolder,
        String host,
        int port,
        CloudPorts cloud,
        Release release,
        Optional<URI> rehearsalEndpoint,
        List<URI> egressProviders,
        boolean isDemo,
        String version,
        OptionalLong pauseAfterEffect,
        PowerRequests wish) {

    /** Independent of each other and of Google; each answers with the caller's address as text, over TLS. */
    public static final List<URI> PUBLIC_EGRESS_PROVIDERS = List.of(
            URI.create("https://checkip.amazonaws.com/"),
            URI.create("https://api.ipify.org/"),
            URI.create("https://icanhazip.com/"));

    public WorkstationOptions {
        egressProviders = List.copyOf(egressProviders);
    }

    /** Against the real cloud. */
    public static WorkstationOptions real(
            PrivateLlm document,
            Path stateFolder,
            String host,
            int port,
            CloudPorts cloud,
            Release release,
            String version) {
        return new WorkstationOptions(
                document,
                stateFolder,
                host,
                port,
                cloud,
                release,
                Optional.empty(),
                PUBLIC_EGRESS_PROVIDERS,
                false,
                version,
                pauseOfThisProcess(),
                PowerRequests.NONE);
    }

    /** Against an emulator, which also tells our address. */
    public WorkstationOptions rehearsing(URI endpoint) {
        return emulated(endpoint, false);
    }

    /** Against an emulator that ends with this process, and all that its state speaks of with it. */
    public WorkstationOptions demonstrating(URI endpoint) {
        return emulated(endpoint, true);
    }

    private WorkstationOptions emulated(URI endpoint, boolean forDemo) {
        return new WorkstationOptions(
                document,
                stateFolder,
                host,
                port,
                cloud,
                release,
                Optional.of(endpoint),
                List.of(endpoint.resolve("/egress/a"), endpoint.resolve("/egress/b")),
                forDemo,
                version,
                pauseAfterEffect,
                wish);
    }

    /** The same, with something asked for by hand from the first step on. */
    public WorkstationOptions asking(PowerRequests requests) {
        return new WorkstationOptions(
                document,
                stateFolder,
                host,
                port,
                cloud,
                release,
                rehearsalEndpoint,
                egressProviders,
                isDemo,
                version,
                pauseAfterEffect,
                requests);
    }

    private static OptionalLong pauseOfThisProcess() {
        String value = System.getenv(EffectJournal.PAUSE_VARIABLE);
        return value == null || value.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value));
    }
}
