// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class StrictRequestTest {

    private static final String INSTANCES = "/compute/v1/projects/rehearsal-1/zones/us-central1-a/instances";
    private static final String FIREWALLS = "/compute/v1/projects/rehearsal-1/global/firewalls";

    private static GoogleCloud cloud;
    private static Lab lab;

    @BeforeAll
    static void startCloud() throws IOException {
        cloud = GoogleCloud.start(GoogleCloudOptions.defaults());
        lab = new Lab(cloud);
    }

    @AfterAll
    static void closeCloud() throws IOException {
        cloud.close();
    }

    @Test
    void refusesAnUnknownFieldByName() {
        refused("POST", INSTANCES, "{\"name\":\"a\",\"colour\":\"red\"}", 400, "colour");
        refused("POST", INSTANCES, "{\"scheduling\":{\"spot\":true}}", 400, "spot");
    }

    @Test
    void refusesAnUnknownParameterByName() {
        refused("GET", INSTANCES + "?colour=red", "", 400, "colour");
        refused("GET", INSTANCES + "?maxResults=many", "", 400, "max_results");
    }

    @Test
    void refusesAnUnknownWordOfAnEnumeration() {
        refused("POST", INSTANCES, "{\"scheduling\":{\"provisioningModel\":\"CHEAP\"}}", 400, "provisioningModel");
        refused("POST", FIREWALLS, "{\"direction\":\"SIDEWAYS\"}", 400, "direction");
    }

    @Test
    void refusesWhatLacksARequiredPart() {
        refused("POST", INSTANCES, "", 400, "resource");
        refused("POST", "/v1/projects/rehearsal-1/secrets", "{\"replication\":{\"automatic\":{}}}", 400, "secretId");
    }

    @Test
    void refusesARequestIdThatIsNone() {
        refused(
                "POST",
                FIREWALLS + "?requestId=00000000-0000-0000-0000-000000000000",
                "{\"name\":\"a\"}",
                400,
                "requestId");
    }

    @Test
    void knowsAMethodByNameThatItDoesNotImplement() {
        refused("POST", INSTANCES + "/x/suspend", "", 501, "google.cloud.compute.v1.Instances.Suspend");
        refused(
                "POST",
                "/v1/projects/rehearsal-1/secrets/x:testIamPermissions",
                "{}",
                501,
                "google.cloud.secretmanager.v1.SecretManagerService.TestIamPermissions");
    }

    @Test
    void knowsNoMethodWithAStrangePath() {
        refused("GET", "/compute/v1/projects/rehearsal-1/moons", "", 404, "moons");
    }

    @Test
    void refusesAFilterThatItCannotRead() {
        refused("GET", INSTANCES + "?filter=a%20OR%20b", "", 400, "filter");
    }

    @Test
    void saysThatAZoneOrATypeIsNotThere() {
        refused("GET", INSTANCES.replace("-a/", "-z/"), "", 404, "us-central1-z");
        refused(
                "POST",
                INSTANCES,
                "{\"name\":\"a\",\"machineType\":\"zones/us-central1-a/machineTypes/g4-standard-48\"}",
                400,
                "does not exist in zone 'us-central1-a'");
    }

    @Test
    void writesErrorsInBothOfGooglesForms() {
        JsonNode error = Lab.json(lab.call("GET", INSTANCES + "/nobody", cloud.token(), ""))
                .path("error");
        assertThat(error.path("code").asInt()).isEqualTo(404);
        assertThat(error.path("status").asString()).isEqualTo("NOT_FOUND");
        assertThat(error.path("errors").path(0).path("reason").asString()).isEqualTo("notFound");
        assertThat(error.path("details").path(0).path("@type").asString()).endsWith("google.rpc.ErrorInfo");
    }

    private static void refused(String method, String path, String body, int status, String naming) {
        HttpResponse<String> response = lab.call(method, path, cloud.token(), body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(Lab.json(response).path("error").path("message").asString()).contains(naming);
    }
}
