// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Disk;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.Scheduling;
import java.util.Optional;

/**
 * What a machine was made of, as far as the cloud does not change it by itself: what a changed specification is compared with.
 *
 * @param network network that it is attached to
 * @param subnet subnet of that network; empty where the network has automatic ones
 * @param image what its disk was filled from
 * @param serviceAccount whom it acts as
 * @param diskGb size of its disk
 * @param isExternal whether it has an address that is reached from outside its network
 * @param isSecureBoot whether it starts signed software only
 * @param port where its guest listened when it was last given power
 * @param scheduling what the cloud does with its power by itself; empty on the record of a version that did not write it down
 */
public record Made(
        String network,
        String subnet,
        String image,
        String serviceAccount,
        int diskGb,
        boolean isExternal,
        boolean isSecureBoot,
        int port,
        Optional<Scheduling> scheduling) {

    public Made {
        scheduling = scheduling == null ? Optional.empty() : scheduling;
    }

    /** As it is asked for. */
    static Made of(InstanceSpec spec, int port) {
        return new Made(
                spec.network(),
                spec.subnet(),
                spec.image(),
                spec.serviceAccount(),
                spec.diskSizeGb(),
                spec.hasExternalAddress(),
                spec.hasSecureBoot(),
                port,
                Optional.of(Scheduling.stoppedAfter(spec.maxRunDuration())));
    }

    /** Of a machine that was made before this was written down, or by a process whose record is lost: what the cloud does not tell is believed to be as specified. */
    static Made seen(Instance found, MachineSpec spec, int diskGb) {
        return new Made(
                found.network(),
                spec.subnet(),
                spec.image(),
                spec.serviceAccount(),
                found.disk().map(Disk::sizeGb).orElse(diskGb),
                spec.hasExternalAddress(),
                spec.hasSecureBoot(),
                spec.guest().port(),
                Optional.of(found.scheduling()));
    }

    /** As the cloud shows it. Where the specification leaves a name to the cloud, the cloud's choice is no difference. */
    Made shown(Instance found) {
        Instance.Build build = found.build();
        return new Made(
                found.network(),
                subnet.isEmpty() ? subnet : build.subnet(),
                image,
                serviceAccount.contains("@") ? build.serviceAccount() : serviceAccount,
                diskGb,
                build.isExternal(),
                build.isSecureBoot(),
                port,
                scheduling);
    }

    Made withDisk(int newDiskGb) {
        return new Made(network, subnet, image, serviceAccount, newDiskGb, isExternal, isSecureBoot, port, scheduling);
    }

    Made from(String newImage) {
        return new Made(network, subnet, newImage, serviceAccount, diskGb, isExternal, isSecureBoot, port, scheduling);
    }

    Made listening(int newPort) {
        return new Made(network, subnet, image, serviceAccount, diskGb, isExternal, isSecureBoot, newPort, scheduling);
    }

    Made with(Scheduling shown) {
        return new Made(
                network, subnet, image, serviceAccount, diskGb, isExternal, isSecureBoot, port, Optional.of(shown));
    }
}
