// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Api;
import dev.privatellm.machine.cloud.Bucket;
import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which parts a specification asks for. What the user has named himself is none of them. */
final class Parts {
    private Parts() {}

    /** The APIs that everything else is asked of. */
    static Part apis(MachineSpec spec) {
        SortedSet<Api> apis = new TreeSet<>(List.of(Api.MACHINES, Api.SECRETS, Api.IDENTITIES));
        if (spec.foundation().archive().isPresent()) {
            apis.add(Api.ARTIFACTS);
        }
        if (spec.foundation().hasKey()) {
            apis.add(Api.KEYS);
        }
        return new Part.Apis(apis);
    }

    /** Where a machine in this region finds its guest, in order; nothing if the user keeps the guest's archive himself. */
    static List<Part> ofArchive(MachineSpec spec, String region) {
        return spec.foundation()
                .archive()
                .map(sha256 -> {
                    String name = spec.bucket();
                    List<Part> parts = new ArrayList<>(List.of(
                            new Part.OwnBucket(new Bucket(name, region, shared(spec.cluster()))),
                            new Part.OwnArchive(name, sha256)));
                    if (spec.hasNamedAccount()) {
                        parts.add(new Part.BucketAccess(name, spec.serviceAccount()));
                    }
                    return parts;
                })
                .orElse(List.of());
    }

    /** The network, if it is ours. */
    static Optional<Part> network(MachineSpec spec) {
        return spec.foundation().vpc().isPresent()
                ? Optional.empty()
                : Optional.of(new Part.OwnNetwork(
                        new Network(spec.network(), false, Optional.of(new Network.Owner(spec.cluster())))));
    }

    /** A subnet of our network with this range. */
    static Part subnet(MachineSpec spec, String region, String cidr) {
        return new Part.OwnSubnet(new Subnet(region, spec.subnet(), spec.network(), cidr, true));
    }

    /** All that the secret and its reader need, in order. */
    static List<Part> ofSecret(MachineSpec spec) {
        List<Part> parts = new ArrayList<>();
        key(spec).ifPresent(key -> {
            parts.add(new Part.OwnKey(key));
            parts.add(new Part.KeyUse(key));
        });
        if (spec.foundation().serviceAccount().isEmpty()) {
            parts.add(new Part.OwnAccount(spec.names().account(), "Private LLM " + spec.resource(), description(spec)));
        }
        return parts;
    }

    /** A part that is on record. Only the ids of resource and installation are needed to know it again, never what the specification says by now. */
    static Part recorded(MachineSpec spec, PartId id) {
        String name = id.name();
        String before = name.substring(0, Math.max(0, name.indexOf('/')));
        String after = name.substring(name.indexOf('/') + 1);
        return switch (id.kind()) {
            case APIS ->
                new Part.Apis(Stream.of(name.split(",", -1))
                        .map(Api::valueOf)
                        .collect(Collectors.toCollection(TreeSet::new)));
            case BUCKET -> new Part.OwnBucket(new Bucket(name, "", shared(spec.cluster())));
            case ARCHIVE -> new Part.OwnArchive(before, after);
            case BUCKET_ACCESS -> new Part.BucketAccess(before, after);
            case NETWORK ->
                new Part.OwnNetwork(new Network(name, false, Optional.of(new Network.Owner(spec.cluster()))));
            case SUBNET -> new Part.OwnSubnet(new Subnet(before, after, Names.shared(spec.cluster()), "", true));
            case KEY -> new Part.OwnKey(key(spec.cluster()));
            case KEY_USE -> new Part.KeyUse(key(spec.cluster()));
            case ACCOUNT -> new Part.OwnAccount(name, "", description(spec));
            case SECRET -> new Part.OwnSecret(name, spec.uid());
            case SECRET_ACCESS -> new Part.SecretAccess(name, "");
        };
    }

    /**
     * The right of the machine's account to read the secret; none for an account of the user's, who grants what he likes, unless it comes with a machine that
     * we take over: nobody could have granted it a right to what was not there. That it was taken over is seen by its name, as long as it stands: it is read no
     * less when the document speaks of it no more.
     */
    static Optional<Part> access(MachineSpec spec, PlanState state) {
        boolean hasOtherName = state.machine()
                .map(machine -> machine.id().name())
                .filter(name -> !name.equals(spec.names().instance())
                        && !name.equals(spec.names().successor()))
                .isPresent();
        boolean isTakenOver = (hasOtherName || spec.foundation().machine().isPresent()) && spec.hasNamedAccount();
        return spec.foundation().serviceAccount().isPresent() && !isTakenOver
                ? Optional.empty()
                : Optional.of(new Part.SecretAccess(spec.names().secret(), spec.serviceAccount()));
    }

    /** The key that encrypts the secret; empty if the cloud's own does. */
    static Optional<CryptoKey> key(MachineSpec spec) {
        return spec.foundation().hasKey() ? Optional.of(key(spec.cluster())) : Optional.empty();
    }

    /** The key of the installation, whether the specification asks for one by now or not. */
    static CryptoKey sharedKey(MachineSpec spec) {
        return key(spec.cluster());
    }

    private static CryptoKey key(String cluster) {
        String name = Names.shared(cluster);
        return new CryptoKey(name, name, true, shared(cluster));
    }

    /** Labels of what all resources of an installation share. */
    private static Map<String, String> shared(String cluster) {
        return Map.of("managed-by", "private-llm", MachineSpec.RELEASE_LABEL, Names.RELEASE, "pllm-cluster", cluster);
    }

    /** What the description of an account says, as accounts have no labels. */
    static String description(MachineSpec spec) {
        return "managed-by=private-llm " + MachineSpec.OWNER_LABEL + "=" + spec.uid();
    }
}
