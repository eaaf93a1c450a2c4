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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * As whom the cloud is spoken to. Fails closed: whatever is wrong with the credentials is told before the first call, and with an overridden endpoint no
 * ambient identity is ever looked for. A service account signs its own tokens (RS256, one hour), so no call waits for a token exchange:
 * <a href="https://google.aip.dev/auth/4111">AIP-4111</a>.
 */
final class GoogleIdentity {
    /** The one scope that Compute Engine and Secret Manager share; what may be done is a matter of IAM. */
    private static final List<String> SCOPES = List.of("https://www.googleapis.com/auth/cloud-platform");

    private static final String KEY = "service_account";
    private static final Pattern KIND = Pattern.compile("[a-z_]{1,40}");

    /** Every kind that may be given to Google itself: <a href="https://google.aip.dev/auth/4110">AIP-4110</a>. */
    private static final String KINDS =
            "service_account, authorized_user, external_account or impersonated_service_account, as gcloud and IAM write them";

    private GoogleIdentity() {}

    /** @throws CloudFailure.CredentialsRejected if there are none, they cannot be read, or they are not for this endpoint */
    static GoogleCredentials of(GoogleCloudSettings settings, HttpTransport transport) {
        if (settings.endpoint().isPresent()) {
            URI endpoint = settings.endpoint().get();
            String expected = "a key (%s) of %s, the overridden endpoint".formatted(KEY, endpoint);
            Path file = settings.credentialsFile()
                    .orElseThrow(() -> rejected(
                            "CREDENTIALS_MISSING",
                            "no credentials file for %s (expected: a service-account key of that endpoint; ambient credentials are never sent there)"
                                    .formatted(endpoint),
                            new IllegalStateException("credentialsFile is empty")));
            if (!(read(file, transport, expected) instanceof ServiceAccountCredentials key)) {
                throw rejected(
                        "CREDENTIALS_FOREIGN",
                        "%s: %s (expected: %s)".formatted(file, kind(file), expected),
                        new IllegalArgumentException("no service-account key"));
            }
            return signing(belongingTo(endpoint, file, key));
        }
        return settings.credentialsFile()
                .map(file -> belongingToGoogle(file.toString(), read(file, transport, KINDS)))
                .orElseGet(() -> ambient(transport));
    }

    private static ServiceAccountCredentials belongingTo(URI endpoint, Path file, ServiceAccountCredentials key) {
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
    private static GoogleCredentials belongingToGoogle(String where, GoogleCredentials found) {
        if (!(found instanceof ServiceAccountCredentials key)) {
            return found.createScoped(SCOPES);
        }
        if (!"https".equals(key.getTokenServerUri().getScheme())) {
            throw rejected(
                    "CREDENTIALS_FOREIGN",
                    "%s: token_uri %s (expected: https; this key belongs to a rehearsal)"
                            .formatted(where, key.getTokenServerUri()),
                    new IllegalArgumentException("token_uri is not encrypted"));
        }
        return signing(key);
    }

    private static ServiceAccountCredentials signing(ServiceAccountCredentials key) {
        return key.toBuilder().setScopes(SCOPES).setUseJwtAccessWithScope(true).build();
    }

    /** Says of a file that cannot be read which it is and what kind it claims to be, and quotes nothing else of it. */
    private static GoogleCredentials read(Path file, HttpTransport transport, String expected) {
        try (InputStream in = Files.newInputStream(file)) {
            return GoogleCredentials.fromStream(in, () -> transport);
        } catch (NoSuchFileException e) {
            throw rejected(
                    "CREDENTIALS_MISSING", "%s: there is no such file (expected: %s)".formatted(file, expected), e);
        } catch (IOException | RuntimeException e) {
            throw rejected(
                    "CREDENTIALS_UNREADABLE",
                    "%s: not readable as credentials, %s (expected: %s)".formatted(file, kind(file), expected),
                    e);
        }
    }

    private static String kind(Path file) {
        try {
            String type = JsonMapper.shared()
                    .readTree(Files.readString(file))
                    .path("type")
                    .asString("");
            return KIND.matcher(type).matches() ? "its type is " + type : "it names no type";
        } catch (IOException | JacksonException e) {
            return "it is not JSON";
        }
    }

    private static GoogleCredentials ambient(HttpTransport transport) {
        try {
            return belongingToGoogle(
                    "application default credentials", GoogleCredentials.getApplicationDefault(() -> transport));
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
