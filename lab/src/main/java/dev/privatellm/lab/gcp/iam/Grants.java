// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.iam;

import com.google.iam.v1.Binding;
import com.google.iam.v1.Policy;
import com.google.protobuf.ByteString;
import dev.privatellm.lab.gcp.Lags;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * The policy of one resource: read and replaced at once, heeded after a while, until which the one before it is. Guarded by whoever keeps the resource.
 * https://cloud.google.com/iam/docs/reference/rest/v1/Policy
 */
public final class Grants {

    /** Tag of a policy that nobody has set yet, as the services answer it: {@code ACAB}. */
    private static final ByteString FIRST = ByteString.copyFrom(new byte[] {0, 0x20, 1});

    private static final Pattern ROLE = Pattern.compile("(?:(?:projects|organizations)/[^/]+/)?roles/[a-zA-Z0-9_.]+");

    private static final Pattern OTHER_MEMBER = Pattern.compile(
            "allUsers|allAuthenticatedUsers|(?:user|group|domain|principal|principalSet|deleted|projectOwner|projectEditor|projectViewer):.+");

    private final Directory directory;
    private final Clock clock;
    private final Lags lags;
    private int changes;

    /** Policies that are heeded now or will be, oldest first. */
    private final Deque<Kept> policies = new ArrayDeque<>();

    private record Kept(Policy policy, Instant since) {}

    public Grants(Directory directory, Clock clock, Lags lags) {
        this.directory = directory;
        this.clock = clock;
        this.lags = lags;
        policies.add(new Kept(Policy.newBuilder().setEtag(FIRST).build(), Instant.EPOCH));
    }

    /** As it was set last. */
    public Policy policy() {
        Kept last = policies.getLast();
        Policy.Builder shown = last.policy().toBuilder();
        shown.getBindingsBuilderList().forEach(binding -> {
            for (int i = 0; i < binding.getMembersCount(); i++) {
                binding.setMembers(i, directory.shown(binding.getMembers(i), last.since()));
            }
        });
        return shown.build();
    }

    /**
     * Replaces it; without an etag whatever it was.
     *
     * @throws ApiError 409 if it is not the one whose etag is given, 400 if it names what there is not
     */
    public Policy replace(Policy asked) {
        ByteString etag = asked.getEtag();
        if (!etag.isEmpty() && !etag.equals(policies.getLast().policy().getEtag())) {
            throw ApiError.of(
                    409,
                    "aborted",
                    "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.");
        }
        asked.getBindingsList().forEach(this::check);
        Policy.Builder policy =
                asked.toBuilder().setVersion(1).setEtag(newEtag()).clearBindings();
        asked.getBindingsList().stream()
                .filter(binding -> binding.getMembersCount() > 0)
                .forEach(policy::addBindings);
        Instant now = clock.instant();
        policies.add(new Kept(policy.build(), now));
        forget(now);
        return policy();
    }

    /** Whether a role is granted to an account, and that is known by now. */
    public boolean admits(String role, String email) {
        forget(clock.instant());
        Kept heeded = policies.getFirst();
        String member = "serviceAccount:" + email;
        return directory.shown(member, heeded.since()).equals(member)
                && heeded.policy().getBindingsList().stream()
                        .anyMatch(binding -> binding.getRole().equals(role)
                                && binding.getMembersList().contains(member));
    }

    /** Lets go of what a later policy has replaced for everybody. */
    private void forget(Instant now) {
        while (policies.size() > 1) {
            Kept oldest = policies.removeFirst();
            if (policies.getFirst().since().plus(lags.grants()).isAfter(now)) {
                policies.addFirst(oldest);
                return;
            }
        }
    }

    private void check(Binding binding) {
        if (binding.hasCondition()) {
            throw ApiError.of(501, "notImplemented", "Conditions of bindings are not implemented here");
        }
        if (!ROLE.matcher(binding.getRole()).matches()) {
            throw ApiError.invalid("Role %s is not supported for this resource.".formatted(binding.getRole()));
        }
        for (String member : binding.getMembersList()) {
            if (member.startsWith("serviceAccount:")) {
                String email = member.substring(member.indexOf(':') + 1);
                if (!directory.knows(email)) {
                    throw ApiError.invalid("Service account %s does not exist.".formatted(email));
                }
            } else if (!OTHER_MEMBER.matcher(member).matches()) {
                throw ApiError.invalid("The member %s is of an unknown type.".formatted(member));
            }
        }
    }

    private ByteString newEtag() {
        changes++;
        return ByteString.copyFrom(new byte[] {7, (byte) (changes >> 16), (byte) (changes >> 8), (byte) changes, 1, 1});
    }
}
