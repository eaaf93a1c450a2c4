// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;

/** Software of a machine that tries what its account may do and writes what it was told to the serial port. */
final class ProbeGuest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private ProbeGuest() {}

    static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                Path.of("target", "test-classes").toAbsolutePath().toString(),
                ProbeGuest.class.getName());
    }

    static void main(String[] arguments) throws IOException, InterruptedException {
        String config = metadata("instance/attributes/pllm-config");
        String own = config.replaceAll(".*\"secretVersion\":\"([^\"]+)\".*", "$1");
        String token = metadata("instance/service-accounts/default/token")
                .replaceAll(".*\"access_token\":\"([^\"]+)\".*", "$1");
        System.out.println("token=" + (token.startsWith("{") ? "none" : "found"));
        HttpResponse<String> read = api("/v1/" + own + ":access", token);
        while (read.statusCode() == 403) {
            read = api("/v1/" + own + ":access", token);
        }
        System.out.println("own=" + read.statusCode());
        System.out.println("other="
                + api("/v1/" + own.replace("-bundle", "-other") + ":access", token)
                        .statusCode());
        System.out.println("list="
                + api("/v1/" + own.replaceAll("/versions/.*", "/versions"), token)
                        .statusCode());
        System.out.println(
                "compute=" + api("/compute/v1/projects/p/zones", token).statusCode());
        System.out.println("accounts="
                + api("/v1/projects/rehearsal-1/serviceAccounts", token).statusCode());
        System.out.println("keys="
                + api("/v1/projects/rehearsal-1/locations/global/keyRings", token)
                        .statusCode());
        System.out.println("environment=" + System.getenv().getOrDefault("GOOGLE_APPLICATION_CREDENTIALS", "clean"));
        System.out.println("flavourless=" + plain("instance/id").statusCode());
        System.out.println("probed");
        Thread.currentThread().join();
    }

    private static String metadata(String path) throws IOException, InterruptedException {
        return HTTP.send(
                        HttpRequest.newBuilder(metadataUri(path))
                                .header("Metadata-Flavor", "Google")
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private static HttpResponse<String> plain(String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(metadataUri(path)).build(), BodyHandlers.ofString());
    }

    private static URI metadataUri(String path) {
        return URI.create("http://" + System.getenv("GCE_METADATA_HOST") + "/computeMetadata/v1/" + path);
    }

    private static HttpResponse<String> api(String path, String token) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(System.getenv("PRIVATE_LLM_SECRET_ENDPOINT") + path))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofString());
    }
}
