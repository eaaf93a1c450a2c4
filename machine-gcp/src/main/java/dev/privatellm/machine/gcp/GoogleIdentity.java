// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.client.http.HttpTransport;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.privatellm.machine.cloud.CloudFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * As whom the cloud is spoken to. Fails closed: whatever is wrong with the credentials is told before the first call, and with an overridden endpoint no
 * ambient identity is ever looked for. A service account signs its own tokens (RS256, one hour), so no call waits for a token exchange:
 * <a href="https://google.aip.dev/auth/4111">AIP-4111</a>.
 */
final class GoogleIdentity {
    /** The one scope that Compute Engine and Secret Manager share; what may be done is a matter of IAM. */
    private static final List<String> SCOPES = List.of("https://www.googleapis.com/auth/cloud-platform");

    private GoogleIdentity() {}

    /** @throws CloudFailure.CredentialsRejected if there are none, they cannot be read, or they are not for this endpoint */
    static GoogleCredentials of(GoogleCloudSettings settings, HttpTransport transport) {
        if (settings.endpoint().isPresent()) {
            URI endpoint = settings.endpoint().get();
            Path file = settings.credentialsFile()
                    .orElseThrow(() -> rejected(
                            "CREDENTIALS_MISSING",
                            "no credentials file for %s (expected: a service-account key of that endpoint; ambient credentials are never sent there)"
                                    .formatted(endpoint),
                            new IllegalStateException("credentialsFile is empty")));
            return belongingTo(endpoint, file, key(file, transport));
        }
        return settings.credentialsFile()
                .<GoogleCredentials>map(file -> key(file, transport))
                .map(GoogleIdentity::belongingToGoogle)
                .orElseGet(() -> ambient(transport));
    }

    private static GoogleCredentials belongingTo(URI endpoint, Path file, ServiceAccountCredentials key) {
        URI tokenServer = key.getTokenServerUri();
        if (!origin(tokenServer).equals(origin(endpoint))) {
            String message = "%s: token_uri %s (expected: one on %s, the overridden endpoint)"
                    .formatted(file, tokenServer, endpoint);
            throw rejected(
                    "CREDENTIALS_FOREIGN", message, new IllegalArgumentException("token_uri is not on the endpoint"));
        }
        return key;
    }

    /** An emulator's key is told apart by its token server, which is not encrypted; Google would only call it unauthenticated. */
    private static GoogleCredentials belongingToGoogle(GoogleCredentials found) {
        if (found instanceof ServiceAccountCredentials key
                && !"https".equals(key.getTokenServerUri().getScheme())) {
            throw rejected(
                    "CREDENTIALS_FOREIGN",
                    "token_uri %s (expected: https; this key belongs to a rehearsal)"
                            .formatted(key.getTokenServerUri()),
                    new IllegalArgumentException("token_uri is not encrypted"));
        }
        return found;
    }

    private static ServiceAccountCredentials key(Path file, HttpTransport transport) {
        try (InputStream in = Files.newInputStream(file)) {
            ServiceAccountCredentials key = ServiceAccountCredentials.fromStream(in, () -> transport);
            return key.toBuilder()
                    .setScopes(SCOPES)
                    .setUseJwtAccessWithScope(true)
                    .build();
        } catch (IOException | IllegalArgumentException e) {
            throw rejected("CREDENTIALS_UNREADABLE", "%s: not a readable service-account key".formatted(file), e);
        }
    }

    private static GoogleCredentials ambient(HttpTransport transport) {
        try {
            GoogleCredentials found = belongingToGoogle(
                    GoogleCredentials.getApplicationDefault(() -> transport).createScoped(SCOPES));
            return found instanceof ServiceAccountCredentials key
                    ? key.toBuilder().setUseJwtAccessWithScope(true).build()
                    : found;
        } catch (IOException e) {
            throw rejected("CREDENTIALS_MISSING", "no application default credentials: " + e.getMessage(), e);
        }
    }

    private static String origin(URI uri) {
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
        return "%s://%s:%d".formatted(uri.getScheme(), uri.getHost(), port);
    }

    private static CloudFailure.CredentialsRejected rejected(String code, String message, Exception cause) {
        return new CloudFailure.CredentialsRejected(code, message, cause);
    }
}
