// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.services.storage.model.Expr;
import com.google.api.services.storage.model.Policy.Bindings;
import com.google.iam.v1.Binding;
import com.google.iam.v1.Policy;
import com.google.protobuf.ByteString;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** Policies of buckets, which Cloud Storage has in a form of its own, as those of every other service. Nothing of them is lost on the way. */
final class BucketPolicies {
    private BucketPolicies() {}

    static Policy message(com.google.api.services.storage.model.Policy policy) {
        Policy.Builder message = Policy.newBuilder()
                .setVersion(Objects.requireNonNullElse(policy.getVersion(), 1))
                .setEtag(ByteString.copyFrom(Base64.getDecoder().decode(text(policy.getEtag()))));
        for (Bindings bindings : Objects.requireNonNullElse(policy.getBindings(), List.<Bindings>of())) {
            Binding.Builder binding = Binding.newBuilder()
                    .setRole(text(bindings.getRole()))
                    .addAllMembers(Objects.requireNonNullElse(bindings.getMembers(), List.of()));
            Expr condition = bindings.getCondition();
            if (condition != null) {
                binding.setCondition(com.google.type.Expr.newBuilder()
                        .setExpression(text(condition.getExpression()))
                        .setTitle(text(condition.getTitle()))
                        .setDescription(text(condition.getDescription()))
                        .setLocation(text(condition.getLocation())));
            }
            message.addBindings(binding);
        }
        return message.build();
    }

    static com.google.api.services.storage.model.Policy model(Policy policy) {
        return new com.google.api.services.storage.model.Policy()
                .setVersion(policy.getVersion())
                .setEtag(Base64.getEncoder().encodeToString(policy.getEtag().toByteArray()))
                .setBindings(policy.getBindingsList().stream()
                        .map(BucketPolicies::model)
                        .toList());
    }

    private static Bindings model(Binding binding) {
        Bindings bindings = new Bindings().setRole(binding.getRole()).setMembers(binding.getMembersList());
        if (binding.hasCondition()) {
            bindings.setCondition(new Expr()
                    .setExpression(binding.getCondition().getExpression())
                    .setTitle(binding.getCondition().getTitle())
                    .setDescription(binding.getCondition().getDescription())
                    .setLocation(binding.getCondition().getLocation()));
        }
        return bindings;
    }

    private static String text(@org.jspecify.annotations.Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }
}
