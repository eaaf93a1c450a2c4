// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static dev.privatellm.lab.gcp.Clients.PROJECT;
import static dev.privatellm.lab.gcp.Clients.ZONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.gax.rpc.AbortedException;
import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.api.services.iam.v1.Iam.Projects.ServiceAccounts;
import com.google.api.services.iam.v1.model.CreateServiceAccountRequest;
import com.google.api.services.iam.v1.model.ServiceAccount;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.secretmanager.v1.Replication;
import com.google.cloud.secretmanager.v1.Replication.Automatic;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.iam.v1.Binding;
import com.google.iam.v1.GetIamPolicyRequest;
import com.google.iam.v1.Policy;
import com.google.iam.v1.SetIamPolicyRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAccountTest {

    private static final Duration LATE = Duration.ofMinutes(1);
    private static final String ACCESSOR = "roles/secretmanager.secretAccessor";

    private static final SteppedClock CLOCK = new SteppedClock();

    private static GoogleCloud cloud;
    private static Clients clients;
    private static ServiceAccounts accounts;

    private final String id = Clients.newName();
    private final String email = id + "@" + PROJECT + ".iam.gserviceaccount.com";

    @BeforeAll
    static void startCloud() throws IOException {
        cloud = GoogleCloud.start(GoogleCloudOptions.defaults()
                .withBoot(Duration.ZERO)
                .withClock(CLOCK)
                .withLags(new Lags(Duration.ZERO, Duration.ZERO, LATE))
                .withGuest(List.of("sleep", "300")));
        clients = new Clients(cloud);
        accounts = clients.iam.projects().serviceAccounts();
    }

    @AfterAll
    static void closeCloud() throws IOException {
        clients.close();
        cloud.close();
    }

    @Test
    void keepsAnAccountUntilItIsDeleted() throws IOException {
        ServiceAccount made = create(id, "Machine", "{\"uid\":\"1\"}");
        assertThat(made.getEmail()).isEqualTo(email);
        assertThat(made.getName()).isEqualTo("projects/" + PROJECT + "/serviceAccounts/" + email);
        assertThat(made.getUniqueId()).matches("\\d{21}");
        CLOCK.step(LATE);
        assertThat(accounts.get(made.getName()).execute()).isEqualTo(made);
        assertThat(accounts.get("projects/-/serviceAccounts/" + made.getUniqueId())
                        .execute()
                        .getDescription())
                .isEqualTo("{\"uid\":\"1\"}");
        assertThat(accounts.list("projects/" + PROJECT).execute().getAccounts()).contains(made);
        refused(() -> create(id, "", ""), 409, "already exists");
        accounts.delete(made.getName()).execute();
        refused(() -> accounts.get(made.getName()).execute(), 404, email);
        refused(() -> accounts.delete(made.getName()).execute(), 404, email);
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "Upper-case", "1-digit", "ends-with-", "longer-than-thirty-characters-x"})
    void refusesAnIdThatIsNone(String wrong) {
        refused(() -> create(wrong, "", ""), 400, wrong);
    }

    @Test
    void refusesTextsThatAreTooLong() throws IOException {
        create(id, "ü".repeat(50), "d".repeat(256));
        refused(() -> create(id + "-2", "ü".repeat(51), ""), 400, "display_name");
        refused(() -> create(id + "-2", "", "d".repeat(257)), 400, "description");
    }

    @Test
    void isNotReadForAWhileAlthoughItIsThere() throws IOException {
        ServiceAccount made = create(id, "", "");
        refused(() -> accounts.get(made.getName()).execute(), 404, email);
        refused(() -> create(id, "", ""), 409, "already exists");
        CLOCK.step(LATE);
        assertThat(accounts.get(made.getName()).execute()).isEqualTo(made);

        ServiceAccount other = create(id + "-2", "", "");
        accounts.delete(other.getName()).execute();
        CLOCK.step(LATE);
        refused(() -> accounts.get(other.getName()).execute(), 404, other.getEmail());
    }

    @Test
    void isUnknownToOtherServicesForAWhile() throws IOException {
        String secret = secret();
        create(id, "", "");
        assertThatThrownBy(() -> clients.grant(secret, "serviceAccount:" + email))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("Service account " + email + " does not exist.");
        assertThatThrownBy(this::insert)
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("projects/" + PROJECT + "/serviceAccounts/" + email);
        CLOCK.step(LATE);
        clients.grant(secret, "serviceAccount:" + email);
        insert();
        assertThat(clients.get(ZONE, id).getServiceAccounts(0).getEmail()).isEqualTo(email);
    }

    @Test
    void actsAsTheProjectsOwnAccountByDefault() {
        clients.insert(Clients.instance(ZONE, id, 8080), ZONE);
        assertThat(clients.get(ZONE, id).getServiceAccounts(0).getEmail())
                .matches("\\d+-compute@developer.gserviceaccount.com");
    }

    @Test
    void refusesAPolicyThatSomebodyElseChangedMeanwhile() throws IOException {
        String secret = secret();
        Policy read = policy(secret);
        assertThat(read.getEtag()).isNotEmpty();
        Policy mine =
                read.toBuilder().addBindings(binding("user:me@example.com")).build();
        Policy set = set(secret, mine);
        assertThatThrownBy(() -> set(secret, mine))
                .isInstanceOf(AbortedException.class)
                .hasMessageContaining("concurrent policy changes");
        assertThat(policy(secret)).isEqualTo(set);
        assertThat(set.getBindings(0).getMembersList()).containsExactly("user:me@example.com");
        assertThatThrownBy(() -> clients.grant(secret, "machine:x"))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("unknown type");
    }

    @Test
    void showsAGrantOfADeletedAccountAsThatEvenIfAnotherHasItsName() throws IOException {
        String secret = secret();
        String first = create(id, "", "").getUniqueId();
        CLOCK.step(LATE);
        clients.grant(secret, "serviceAccount:" + email);
        accounts.delete("projects/" + PROJECT + "/serviceAccounts/" + email).execute();
        create(id, "", "");
        assertThat(policy(secret).getBindings(0).getMembersList())
                .containsExactly("deleted:serviceAccount:" + email + "?uid=" + first);
    }

    private static ServiceAccount create(String id, String displayName, String description) throws IOException {
        return accounts.create(
                        "projects/" + PROJECT,
                        new CreateServiceAccountRequest()
                                .setAccountId(id)
                                .setServiceAccount(new ServiceAccount()
                                        .setDisplayName(displayName)
                                        .setDescription(description)))
                .execute();
    }

    private void insert() {
        Instance machine = Clients.instance(ZONE, id, 8080);
        clients.await(clients.instances
                .insertCallable()
                .call(Clients.insert(
                        machine.toBuilder()
                                .setServiceAccounts(
                                        0,
                                        machine.getServiceAccounts(0).toBuilder()
                                                .setEmail(email))
                                .build(),
                        ZONE,
                        UUID.randomUUID())));
    }

    private String secret() {
        return clients.secrets
                .createSecret(
                        "projects/" + PROJECT,
                        id + "-bundle",
                        Secret.newBuilder()
                                .setReplication(Replication.newBuilder().setAutomatic(Automatic.getDefaultInstance()))
                                .build())
                .getName();
    }

    private static Policy policy(String secret) {
        return clients.secrets.getIamPolicy(
                GetIamPolicyRequest.newBuilder().setResource(secret).build());
    }

    private static Policy set(String secret, Policy policy) {
        return clients.secrets.setIamPolicy(SetIamPolicyRequest.newBuilder()
                .setResource(secret)
                .setPolicy(policy)
                .build());
    }

    private static Binding binding(String member) {
        return Binding.newBuilder().setRole(ACCESSOR).addMembers(member).build();
    }

    private static void refused(ThrowingCallable call, int status, String naming) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        GoogleJsonResponseException.class,
                        e -> assertThat(e.getStatusCode()).isEqualTo(status))
                .hasMessageContaining(naming);
    }
}
