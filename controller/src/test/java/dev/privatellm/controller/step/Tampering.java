// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cloud.FirewallProvider;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.LabelTime;
import dev.privatellm.machine.cloud.SecretStore;
import dev.privatellm.machine.pki.Epoch;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What {@link SeededBug}s put between the controller and its ports. */
final class Tampering {
    private Tampering() {}

    static Epoch newest(Ports ports) {
        return ports.epochs()
                .find(ports.state().read().state().plan().trust().lastGeneration())
                .orElseThrow();
    }

    static String controllerKey(Ports ports) {
        return newest(ports).controller().keyPem().replace("\n", "");
    }

    /** Every bundle has a private key in a field of this name. */
    static Ports uploading(Ports ports, String field) {
        return Interposed.around(
                ports,
                SecretStore.class,
                call -> call.name().equals("addVersion")
                        ? call.proceedWith(new String(call.argument(byte[].class), StandardCharsets.UTF_8)
                                .replaceFirst("[{]", "{\"" + field + "\":\"" + controllerKey(ports) + "\",")
                                .getBytes(StandardCharsets.UTF_8))
                        : call.proceed());
    }

    static Ports admitting(Ports ports, String mutation, String source) {
        return Interposed.around(ports, FirewallProvider.class, call -> {
            if (!call.name().equals(mutation)) {
                return call.proceed();
            }
            FirewallRule rule = call.argument(FirewallRule.class);
            TreeSet<String> sources = new TreeSet<>(rule.sourceRanges());
            sources.add(source);
            return call.proceedWith(new FirewallRule(
                    rule.name(), rule.network(), sources, rule.targetTag(), rule.port(), rule.owner()));
        });
    }

    interface Sight {
        Instance of(Instance found);
    }

    static Ports seeing(Ports ports, Sight sight) {
        return Interposed.around(ports, InstanceProvider.class, call -> {
            @Nullable Object answer = call.proceed();
            return switch (answer) {
                case Optional<?> found
                when call.name().equals("find") -> found.map(instance -> sight.of((Instance) instance));
                case List<?> found ->
                    found.stream()
                            .map(instance -> sight.of((Instance) instance))
                            .toList();
                case null, default -> answer;
            };
        });
    }

    static Instance asOurs(Instance found) {
        Map<String, String> labels = new HashMap<>(found.labels());
        labels.put("pllm-owner", World.UID);
        return changed(found, found.status(), labels);
    }

    static Instance asHeldByUs(Instance found) {
        Map<String, String> labels = new HashMap<>(found.labels());
        labels.put(LabelTime.HOLDER, "cluster-1");
        return changed(found, found.status(), labels);
    }

    static Instance changed(Instance found, InstanceStatus status, Map<String, String> labels) {
        return new Instance(
                found.id(),
                found.cloudId(),
                status,
                status.name(),
                found.machineType(),
                found.provisioning(),
                found.externalAddress(),
                found.internalAddress(),
                found.externalPort(),
                labels,
                found.tags(),
                found.metadata(),
                found.metadataFingerprint(),
                found.network(),
                found.build(),
                found.scheduling(),
                found.disk(),
                found.labelFingerprint(),
                found.createdAt(),
                found.lastStartedAt(),
                found.lastStoppedAt());
    }
}
