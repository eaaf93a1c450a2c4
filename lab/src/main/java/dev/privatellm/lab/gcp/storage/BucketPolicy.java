// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.storage;

import com.google.api.services.storage.model.Policy.Bindings;
import com.google.iam.v1.Binding;
import com.google.iam.v1.Policy;
import com.google.protobuf.ByteString;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** Policies of buckets in the form of Cloud Storage, and in that of all other services. */
final class BucketPolicy {
    private BucketPolicy() {}

    /**
     * What a new bucket with uniform access grants: https://cloud.google.com/storage/docs/access-control/iam-roles#basic-roles-modifiable.
     *
     * @param project number of the bucket's project
     */
    static Policy ofProject(long project) {
        return Policy.newBuilder()
                .addBindings(binding("roles/storage.legacyBucketOwner", "projectEditor", "projectOwner", project))
                .addBindings(binding("roles/storage.legacyObjectOwner", "projectEditor", "projectOwner", project))
                .addBindings(Binding.newBuilder()
                        .setRole("roles/storage.legacyBucketReader")
                        .addMembers("projectViewer:" + project))
                .build();
    }

    private static Binding binding(String role, String one, String other, long project) {
        return Binding.newBuilder()
                .setRole(role)
                .addMembers(one + ":" + project)
                .addMembers(other + ":" + project)
                .build();
    }

    static Policy message(com.google.api.services.storage.model.Policy policy) {
        Policy.Builder message = Policy.newBuilder();
        if (policy.getEtag() != null) {
            message.setEtag(etag(policy.getEtag()));
        }
        for (Bindings bindings : Objects.requireNonNullElse(policy.getBindings(), List.<Bindings>of())) {
            if (bindings.getCondition() != null) {
                throw ApiError.of(501, "notImplemented", "Conditions of bindings are not implemented here");
            }
            message.addBindings(Binding.newBuilder()
                    .setRole(Objects.requireNonNullElse(bindings.getRole(), ""))
                    .addAllMembers(Objects.requireNonNullElse(bindings.getMembers(), List.of())));
        }
        return message.build();
    }

    private static ByteString etag(String text) {
        try {
            return ByteString.copyFrom(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw ApiError.invalid("Invalid value for: etag");
        }
    }

    static com.google.api.services.storage.model.Policy model(String bucket, Policy policy) {
        return new com.google.api.services.storage.model.Policy()
                .setKind("storage#policy")
                .setResourceId("projects/_/buckets/" + bucket)
                .setVersion(1)
                .setEtag(Base64.getEncoder().encodeToString(policy.getEtag().toByteArray()))
                .setBindings(policy.getBindingsList().stream()
                        .map(binding ->
                                new Bindings().setRole(binding.getRole()).setMembers(binding.getMembersList()))
                        .toList());
    }
}
