// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.services.iam.v1.Iam;
import com.google.api.services.iam.v1.model.CreateServiceAccountRequest;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.cloud.compute.v1.AccessConfig;
import com.google.cloud.compute.v1.Allowed;
import com.google.cloud.compute.v1.AttachedDisk;
import com.google.cloud.compute.v1.AttachedDiskInitializeParams;
import com.google.cloud.compute.v1.Duration;
import com.google.cloud.compute.v1.Firewall;
import com.google.cloud.compute.v1.FirewallsClient;
import com.google.cloud.compute.v1.FirewallsSettings;
import com.google.cloud.compute.v1.GlobalOperationsClient;
import com.google.cloud.compute.v1.GlobalOperationsSettings;
import com.google.cloud.compute.v1.InsertInstanceRequest;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.InstancesClient;
import com.google.cloud.compute.v1.InstancesSettings;
import com.google.cloud.compute.v1.Items;
import com.google.cloud.compute.v1.Metadata;
import com.google.cloud.compute.v1.NetworkInterface;
import com.google.cloud.compute.v1.NetworksClient;
import com.google.cloud.compute.v1.NetworksSettings;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.RegionOperationsClient;
import com.google.cloud.compute.v1.RegionOperationsSettings;
import com.google.cloud.compute.v1.Scheduling;
import com.google.cloud.compute.v1.ServiceAccount;
import com.google.cloud.compute.v1.SubnetworksClient;
import com.google.cloud.compute.v1.SubnetworksSettings;
import com.google.cloud.compute.v1.Tags;
import com.google.cloud.compute.v1.ZoneOperationsClient;
import com.google.cloud.compute.v1.ZoneOperationsSettings;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.KeyManagementServiceSettings;
import com.google.cloud.secretmanager.v1.Replication;
import com.google.cloud.secretmanager.v1.Replication.Automatic;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import com.google.iam.v1.Binding;
import com.google.iam.v1.Policy;
import com.google.iam.v1.SetIamPolicyRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** The real Google libraries, told nothing but an endpoint and the credentials file; and the requests that tests make. */
final class Clients implements AutoCloseable {

    static final String PROJECT = "rehearsal-1";
    static final String ZONE = "us-central1-a";
    static final String REGION = "us-central1";

    private static final AtomicInteger NAMES = new AtomicInteger();

    final InstancesClient instances;
    final FirewallsClient firewalls;
    final NetworksClient networks;
    final SubnetworksClient subnetworks;
    final ZoneOperationsClient zoneOperations;
    final RegionOperationsClient regionOperations;
    final GlobalOperationsClient globalOperations;
    final SecretManagerServiceClient secrets;
    final KeyManagementServiceClient keys;
    final Iam iam;

    Clients(GoogleCloud cloud) throws IOException {
        ServiceAccountCredentials key;
        try (InputStream in = Files.newInputStream(cloud.credentialsFile())) {
            key = ServiceAccountCredentials.fromStream(in).createWithUseJwtAccessWithScope(true);
        }
        FixedCredentialsProvider credentials =
                FixedCredentialsProvider.create(key.createScoped("https://www.googleapis.com/auth/cloud-platform"));
        String endpoint = cloud.baseUri().toString();
        iam = iam(endpoint, key.createScoped("https://www.googleapis.com/auth/cloud-platform"));
        instances = InstancesClient.create(InstancesSettings.newBuilder()
                .setEndpoint(endpoint)
                .setCredentialsProvider(credentials)
                .build());
        firewalls = FirewallsClient.create(FirewallsSettings.newBuilder()
                .setEndpoint(endpoint)
                .setCredentialsProvider(credentials)
                .build());
        networks = NetworksClient.create(NetworksSettings.newBuilder()
                .setEndpoint(endpoint)
                .setCredentialsProvider(credentials)
                .build());
        subnetworks = SubnetworksClient.create(SubnetworksSettings.newBuilder()
                .setEndpoint(endpoint)
                .setCredentialsProvider(credentials)
                .build());
        regionOperations = RegionOperationsClient.create(RegionOperationsSettings.newBuilder()
                .setEndpoint(endpoint)
                .setCredentialsProvider(credentials)
                .build());
        zoneOperations = ZoneOperationsClient.create(ZoneOperationsSettings.newBuilder()
                .setEndpoint(endpoint)
                .setCredentialsProvider(credentials)
                .build());
        globalOperations = GlobalOperationsClient.create(GlobalOperationsSettings.newBuilder()
                .setEndpoint(endpoint)
                .setCredentialsProvider(credentials)
                .build());
        keys = KeyManagementServiceClient.create(KeyManagementServiceSettings.newHttpJsonBuilder()
                .setEndpoint(endpoint)
                .setCredentialsProvider(credentials)
                .build());
        secrets = SecretManagerServiceClient.create(SecretManagerServiceSettings.newHttpJsonBuilder()
                .setEndpoint(endpoint)
                .setCredentialsProvider(credentials)
                .build());
    }

    private static Iam iam(String endpoint, GoogleCredentials credentials) {
        return new Iam.Builder(
                        new NetHttpTransport(),
                        GsonFactory.getDefaultInstance(),
                        new HttpCredentialsAdapter(credentials))
                .setRootUrl(endpoint + "/")
                .setApplicationName("lab")
                .build();
    }

    /** A service account that every service knows. */
    String account(String id) throws IOException {
        String email = iam.projects()
                .serviceAccounts()
                .create("projects/" + PROJECT, new CreateServiceAccountRequest().setAccountId(id))
                .execute()
                .getEmail();
        String probe = id + "-probe";
        Secret secret = secrets.createSecret(
                "projects/" + PROJECT,
                probe,
                Secret.newBuilder()
                        .setReplication(Replication.newBuilder().setAutomatic(Automatic.getDefaultInstance()))
                        .build());
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(10))
                .ignoreExceptionsInstanceOf(InvalidArgumentException.class)
                .until(() -> grant(secret.getName(), "serviceAccount:" + email).getBindingsCount() == 1);
        secrets.deleteSecret(secret.getName());
        return email;
    }

    /** Lets somebody read a secret, and nobody else. */
    Policy grant(String secret, String member) {
        return secrets.setIamPolicy(SetIamPolicyRequest.newBuilder()
                .setResource(secret)
                .setPolicy(Policy.newBuilder()
                        .addBindings(Binding.newBuilder()
                                .setRole("roles/secretmanager.secretAccessor")
                                .addMembers(member)))
                .build());
    }

    /** A name that no other test has. */
    static String newName() {
        return "pllm-%012x".formatted(NAMES.incrementAndGet());
    }

    /** A spot machine as our product asks for one, its software bound to the given port. */
    static Instance instance(String zone, String name, int port) {
        return instance(
                zone,
                name,
                "{\"port\":%d,\"secretVersion\":\"projects/%s/secrets/%s-bundle/versions/1\"}"
                        .formatted(port, PROJECT, name));
    }

    /** The same with a configuration of its own. */
    static Instance instance(String zone, String name, String config) {
        return Instance.newBuilder()
                .setName(name)
                .setMachineType("zones/" + zone + "/machineTypes/g2-standard-4")
                .addDisks(
                        AttachedDisk.newBuilder()
                                .setBoot(true)
                                .setAutoDelete(true)
                                .setInitializeParams(
                                        AttachedDiskInitializeParams.newBuilder()
                                                .setDiskSizeGb(128)
                                                .setDiskType("zones/" + zone + "/diskTypes/pd-ssd")
                                                .setSourceImage(
                                                        "projects/deeplearning-platform-release/global/images/family/common-cu128-ubuntu-2404-nvidia-570")))
                .addNetworkInterfaces(NetworkInterface.newBuilder()
                        .setNetwork("global/networks/default")
                        .addAccessConfigs(AccessConfig.newBuilder()
                                .setName("External NAT")
                                .setType("ONE_TO_ONE_NAT")))
                .setTags(Tags.newBuilder().addItems(name))
                .putLabels("pllm-owner", name)
                .setMetadata(Metadata.newBuilder()
                        .addItems(Items.newBuilder().setKey("pllm-config").setValue(config)))
                .addServiceAccounts(ServiceAccount.newBuilder()
                        .setEmail("default")
                        .addScopes("https://www.googleapis.com/auth/cloud-platform"))
                .setScheduling(Scheduling.newBuilder()
                        .setProvisioningModel("SPOT")
                        .setAutomaticRestart(false)
                        .setOnHostMaintenance("TERMINATE")
                        .setInstanceTerminationAction("STOP")
                        .setMaxRunDuration(Duration.newBuilder().setSeconds(86400)))
                .build();
    }

    static InsertInstanceRequest insert(Instance instance, String zone, UUID requestId) {
        return InsertInstanceRequest.newBuilder()
                .setProject(PROJECT)
                .setZone(zone)
                .setRequestId(requestId.toString())
                .setInstanceResource(instance)
                .build();
    }

    /** Admits one source range to tcp 8080 of the machine's tag. */
    static Firewall rule(String name, String sources) {
        return Firewall.newBuilder()
                .setName(name + "-ingress")
                .setNetwork("global/networks/default")
                .setDirection("INGRESS")
                .setPriority(900)
                .addSourceRanges(sources)
                .addTargetTags(name)
                .addAllowed(Allowed.newBuilder().setIPProtocol("tcp").addPorts("8080"))
                .build();
    }

    /** Calls the method without the library's own polling and waits for the operation as the service offers it. */
    Operation insert(Instance instance, String zone) {
        Operation begun = instances.insertCallable().call(insert(instance, zone, UUID.randomUUID()));
        return zoneOperations.wait(PROJECT, zone, begun.getName());
    }

    Operation await(Operation begun) {
        if (!begun.getRegion().isEmpty()) {
            return regionOperations.wait(
                    PROJECT, begun.getRegion().substring(begun.getRegion().lastIndexOf('/') + 1), begun.getName());
        }
        return begun.getZone().isEmpty()
                ? globalOperations.wait(PROJECT, begun.getName())
                : zoneOperations.wait(PROJECT, ZONE, begun.getName());
    }

    Instance get(String zone, String name) {
        return instances.get(PROJECT, zone, name);
    }

    String status(String name) {
        return get(ZONE, name).getStatus();
    }

    @Override
    public void close() {
        instances.close();
        firewalls.close();
        networks.close();
        subnetworks.close();
        regionOperations.close();
        zoneOperations.close();
        globalOperations.close();
        secrets.close();
        keys.close();
    }
}
