// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What differs between a machine in the cloud and its rehearsal on a workstation. In the cloud nothing is set. An address that is set has to be loopback, so that no variable can send
 * the machine's token or its secret elsewhere.
 *
 * @param metadata where the metadata server is
 * @param bind where to listen; empty for every address and the port of the configuration
 * @param engine where the engine is; empty for the address of the configuration
 * @param secrets where Secret Manager is
 * @param powerOffFile its creation asks for the machine to be switched off
 * @param deadMan where the dead man's switch outlasts this program; empty where a start of the program is a boot
 * @param installSteps what the startup script has done of this boot
 * @param converged holds the hash of the configuration that the startup script has made the machine be; empty where there is no such script
 * @param state what outlasts a boot is remembered here; empty where nothing is: the engine of a rehearsal may be a person's own, whose models are not ours to remove
 * @param telemetry where a unit of the machine writes down what its GPUs and its engine say of themselves; empty where there is none
 * @param rehearsal whether anything was set: then the process also ends with whoever started it
 */
record GuestEnvironment(
        URI metadata,
        Optional<InetSocketAddress> bind,
        Optional<URI> engine,
        URI secrets,
        Path powerOffFile,
        Optional<Path> deadMan,
        Path installSteps,
        Optional<Path> converged,
        Optional<Path> state,
        Optional<Path> telemetry,
        boolean rehearsal) {
    static final String METADATA_HOST = "GCE_METADATA_HOST";
    static final String BIND = "PRIVATE_LLM_BIND";
    static final String ENGINE_URL = "PRIVATE_LLM_ENGINE_URL";
    static final String SECRET_ENDPOINT = "PRIVATE_LLM_SECRET_ENDPOINT";
    static final String CONVERGED = "PRIVATE_LLM_CONVERGED";
    static final String INSTALL_STEPS = "PRIVATE_LLM_INSTALL_STEPS";
    static final String STATE_FOLDER = "PRIVATE_LLM_STATE_FOLDER";
    static final String TELEMETRY_FOLDER = "PRIVATE_LLM_TELEMETRY_FOLDER";
    static final String POWER_OFF_FILE = "PRIVATE_LLM_POWEROFF_FILE";
    static final String DEAD_MAN_FILE = "PRIVATE_LLM_DEAD_MAN_FILE";

    private static final URI CLOUD_METADATA = URI.create("http://169.254.169.254");
    private static final URI CLOUD_SECRETS = URI.create("https://secretmanager.googleapis.com");
    private static final Path CLOUD_POWER_OFF = Path.of("/run/private-llm/poweroff");
    private static final Path CLOUD_DEAD_MAN = Path.of("/run/private-llm/dead-man");
    private static final Path CLOUD_CONVERGED = Path.of("/opt/private-llm/converged");
    private static final Path CLOUD_STATE = Path.of("/var/lib/private-llm-guest");
    private static final Path CLOUD_TELEMETRY = Path.of("/run/private-llm-telemetry");
    private static final Path CLOUD_INSTALL_STEPS = Path.of("/run/private-llm-install/steps");

    /** @throws IllegalArgumentException if a variable is no address or not on loopback; the message names it */
    static GuestEnvironment of(Map<String, String> variables) {
        Optional<URI> metadata = value(variables, METADATA_HOST).map(host -> loopback(METADATA_HOST, "http://" + host));
        return new GuestEnvironment(
                metadata.orElse(CLOUD_METADATA),
                value(variables, BIND).map(address -> socket(loopback(BIND, "tcp://" + address))),
                value(variables, ENGINE_URL).map(url -> loopback(ENGINE_URL, url)),
                value(variables, SECRET_ENDPOINT)
                        .map(url -> loopback(SECRET_ENDPOINT, url))
                        .orElse(CLOUD_SECRETS),
                value(variables, POWER_OFF_FILE).map(Path::of).orElse(CLOUD_POWER_OFF),
                value(variables, DEAD_MAN_FILE)
                        .map(Path::of)
                        .or(() -> metadata.isPresent() ? Optional.empty() : Optional.of(CLOUD_DEAD_MAN)),
                value(variables, INSTALL_STEPS).map(Path::of).orElse(CLOUD_INSTALL_STEPS),
                value(variables, CONVERGED)
                        .map(Path::of)
                        .or(() -> metadata.isPresent() ? Optional.empty() : Optional.of(CLOUD_CONVERGED)),
                value(variables, STATE_FOLDER)
                        .map(Path::of)
                        .or(() -> metadata.isPresent() ? Optional.empty() : Optional.of(CLOUD_STATE)),
                value(variables, TELEMETRY_FOLDER)
                        .map(Path::of)
                        .or(() -> metadata.isPresent() ? Optional.empty() : Optional.of(CLOUD_TELEMETRY)),
                metadata.isPresent());
    }

    private static Optional<String> value(Map<String, String> variables, String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    private static URI loopback(String name, String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": no address", e);
        }
        String host = uri.getHost();
        if (host == null || uri.getPort() < 0 || !isLoopback(host)) {
            throw new IllegalArgumentException(name + ": " + text + " (expected: a loopback address with its port)");
        }
        return uri;
    }

    private static boolean isLoopback(String host) {
        boolean literal = host.startsWith("[") || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        try {
            return host.equals("localhost")
                    || (literal && InetAddress.getByName(host).isLoopbackAddress());
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Host and port of an address, resolved now. */
    static InetSocketAddress socket(URI uri) {
        int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
        return new InetSocketAddress(uri.getHost(), port);
    }
}
