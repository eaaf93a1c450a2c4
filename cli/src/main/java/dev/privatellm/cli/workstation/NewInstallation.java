// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.plan.MachineSpec;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first start with a state folder. A machine of the same resource that stands already cannot be this installation's: its key is in another folder, and
 * beside it a second one would be paid for. Better said before anything is served than by the first request.
 */
final class NewInstallation {
    private static final Logger LOG = LoggerFactory.getLogger(NewInstallation.class);

    private NewInstallation() {}

    /**
     * Returns if the resource has no machine, as in a project where machines were never switched on, or if the cloud cannot be asked: the controller looks again before it makes one.
     *
     * @throws WorkstationFailure {@link Reason#MANAGEMENT_CONFLICT} if it has
     */
    static void requireNoMachine(PrivateLlm document, InstanceProvider instances) {
        String resource = document.metadata().toString();
        List<Instance> standing;
        try {
            standing = instances.findByResource(MachineSpec.resourceLabel(resource));
        } catch (CloudFailure.ApiDisabled firstDay) {
            return;
        } catch (CloudFailure unknown) {
            LOG.warn("cannot tell yet whether {} has a machine already: {}", resource, unknown.getMessage());
            return;
        }
        standing.stream()
                .filter(found -> found.status() != InstanceStatus.DEPROVISIONING)
                .findFirst()
                .ifPresent(found -> {
                    throw conflict(document, found);
                });
    }

    private static WorkstationFailure conflict(PrivateLlm document, Instance found) {
        return new WorkstationFailure(Reason.MANAGEMENT_CONFLICT, """
                machine %s serves %s already and belongs to another installation (%s: %s); nothing was changed.
                Name the state folder that made it with --state, or give one of the two documents another metadata.name.
                If that folder is lost, look at what would be taken back, and then take it:
                  private-llm import --adopt --plan --file FILE
                  private-llm import --adopt --file FILE""".formatted(
                        found.id(),
                        document.metadata(),
                        MachineSpec.OWNER_LABEL,
                        found.labels().getOrDefault(MachineSpec.OWNER_LABEL, "none")));
    }
}
