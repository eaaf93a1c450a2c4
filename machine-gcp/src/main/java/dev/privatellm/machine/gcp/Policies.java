// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.iam.v1.Binding;
import com.google.iam.v1.GetIamPolicyRequest;
import com.google.iam.v1.GetPolicyOptions;
import com.google.iam.v1.Policy;
import com.google.iam.v1.SetIamPolicyRequest;
import dev.privatellm.machine.cloud.CloudFailure;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Who may do what with one resource. A policy is written as a whole, so it is read first and goes back with its {@code etag}: whoever wrote in between is
 * not overwritten. See <a href="https://cloud.google.com/iam/docs/allow-policies#etag">etags in allow policies</a>.
 *
 * @param get reads the policy of a resource
 * @param set writes it, and is refused if the etag is no longer the resource's
 */
record Policies(Function<GetIamPolicyRequest, Policy> get, Function<SetIamPolicyRequest, Policy> set) {
    /** Others write policies by hand or at deployments; who loses this often in a row leaves it to the next step. */
    static final int MAX_TRIES = 4;

    /** Policies with conditions are shown whole from this version on: <a href="https://cloud.google.com/iam/docs/allow-policies#versions">versions</a>. */
    private static final int WITH_CONDITIONS = 3;

    /** Whether a member that matches has the role without any condition. */
    boolean grants(String resource, String role, Predicate<String> member) {
        return read(resource).getBindingsList().stream()
                .filter(binding -> isPlain(binding, role))
                .flatMap(binding -> binding.getMembersList().stream())
                .anyMatch(member);
    }

    /**
     * Gives a role to a member unless it has it.
     *
     * @throws CloudFailure.Conflict if others wrote the policy again and again meanwhile
     */
    void grant(String resource, String role, String member) {
        change(resource, policy -> has(policy, role, member) ? policy : with(policy, role, member));
    }

    /**
     * Takes a role from a member that has it.
     *
     * @throws CloudFailure.Conflict if others wrote the policy again and again meanwhile
     */
    void revoke(String resource, String role, String member) {
        change(resource, policy -> has(policy, role, member) ? without(policy, role, member) : policy);
    }

    private void change(String resource, UnaryOperator<Policy> change) {
        for (int attempt = 1; !changeOnce(resource, change, attempt == MAX_TRIES); attempt++) {
            // The policy was written by somebody else in between: read again.
        }
    }

    private boolean changeOnce(String resource, UnaryOperator<Policy> change, boolean isLast) {
        Policy policy = read(resource);
        Policy changed = change.apply(policy);
        if (changed.equals(policy)) {
            return true;
        }
        SetIamPolicyRequest request = SetIamPolicyRequest.newBuilder()
                .setResource(resource)
                .setPolicy(changed)
                .build();
        try {
            GoogleErrors.calling(() -> set.apply(request));
            return true;
        } catch (CloudFailure.Conflict e) {
            if (isLast) {
                throw e;
            }
            return false;
        }
    }

    private Policy read(String resource) {
        GetIamPolicyRequest request = GetIamPolicyRequest.newBuilder()
                .setResource(resource)
                .setOptions(GetPolicyOptions.newBuilder().setRequestedPolicyVersion(WITH_CONDITIONS))
                .build();
        return GoogleErrors.calling(() -> get.apply(request));
    }

    private static Policy with(Policy policy, String role, String member) {
        for (int i = 0; i < policy.getBindingsCount(); i++) {
            if (isPlain(policy.getBindings(i), role)) {
                Binding.Builder more = policy.getBindings(i).toBuilder().addMembers(member);
                return policy.toBuilder().setBindings(i, more).build();
            }
        }
        return policy.toBuilder()
                .addBindings(Binding.newBuilder().setRole(role).addMembers(member))
                .build();
    }

    private static Policy without(Policy policy, String role, String member) {
        Policy.Builder changed = policy.toBuilder().clearBindings();
        for (Binding binding : policy.getBindingsList()) {
            List<String> left = binding.getMembersList().stream()
                    .filter(one -> !isPlain(binding, role) || !one.equals(member))
                    .toList();
            if (!left.isEmpty()) {
                changed.addBindings(binding.toBuilder().clearMembers().addAllMembers(left));
            }
        }
        return changed.build();
    }

    private static boolean has(Policy policy, String role, String member) {
        return policy.getBindingsList().stream()
                .anyMatch(binding ->
                        isPlain(binding, role) && binding.getMembersList().contains(member));
    }

    private static boolean isPlain(Binding binding, String role) {
        return binding.getRole().equals(role) && !binding.hasCondition();
    }
}
