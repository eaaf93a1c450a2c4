// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.compute.v1.GetInstanceRequest;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.InstancesSetLabelsRequest;
import com.google.cloud.compute.v1.SetLabelsInstanceRequest;
import com.google.cloud.compute.v1.SetTagsInstanceRequest;
import com.google.cloud.compute.v1.Tags;
import dev.privatellm.machine.cloud.Claim;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.RequestId;

/**
 * Makes somebody's instance ours. What is changed is sent back with the fingerprint under which it was read, so that nobody can have become its owner between
 * the look and the change: <a href="https://cloud.google.com/compute/docs/reference/rest/v1/instances/setLabels">setLabels</a>,
 * <a href="https://cloud.google.com/compute/docs/reference/rest/v1/instances/setTags">setTags</a>.
 */
final class GoogleClaims {
    private static final String OWNER_LABEL = "pllm-owner";

    private final GoogleClients clients;
    private final String project;

    GoogleClaims(GoogleClients clients, String project) {
        this.clients = clients;
        this.project = project;
    }

    OperationId claim(InstanceId id, Claim claim, String owner, RequestId requestId) {
        Instance found = GoogleErrors.calling(() -> clients.instances()
                .get(GetInstanceRequest.newBuilder()
                        .setProject(project)
                        .setZone(id.zone().name())
                        .setInstance(id.name().value())
                        .build()));
        String actual = found.getLabelsOrDefault(OWNER_LABEL, owner);
        if (!actual.equals(owner)) {
            throw new CloudFailure.Conflict(
                    "INSTANCE_OWNED_BY_OTHER",
                    "instance %s belongs to %s (expected: nobody or %s)".formatted(id, actual, owner),
                    new IllegalStateException(OWNER_LABEL));
        }
        return GoogleOperations.inZone(
                id.zone(),
                switch (claim) {
                    case Claim.Tag(String tag) -> {
                        SetTagsInstanceRequest request = SetTagsInstanceRequest.newBuilder()
                                .setProject(project)
                                .setZone(id.zone().name())
                                .setInstance(id.name().value())
                                .setTagsResource(Tags.newBuilder()
                                        .addItems(tag)
                                        .setFingerprint(found.getTags().getFingerprint()))
                                .setRequestId(requestId.toString())
                                .build();
                        yield GoogleErrors.calling(
                                () -> clients.instances().setTagsCallable().call(request));
                    }
                    case Claim.Labels(var labels) -> {
                        SetLabelsInstanceRequest request = SetLabelsInstanceRequest.newBuilder()
                                .setProject(project)
                                .setZone(id.zone().name())
                                .setInstance(id.name().value())
                                .setInstancesSetLabelsRequestResource(InstancesSetLabelsRequest.newBuilder()
                                        .putAllLabels(found.getLabelsMap())
                                        .putAllLabels(labels)
                                        .setLabelFingerprint(found.getLabelFingerprint()))
                                .setRequestId(requestId.toString())
                                .build();
                        yield GoogleErrors.calling(
                                () -> clients.instances().setLabelsCallable().call(request));
                    }
                });
    }
}
