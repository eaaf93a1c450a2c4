// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.InstanceId;
import java.util.Optional;

/**
 * What a machine stands on and does not go when it sleeps. Whatever the user names is used as it is: never made, changed or removed.
 *
 * @param machine a machine of the user's that becomes ours rather than a new one: its disk stays, and from then on it is made and removed like any; empty = none
 * @param machineNumber the cloud's own number of that machine; empty = nobody has said which one it is
 * @param vpc the user's network by name; empty = one that we make
 * @param subnet the user's subnet in that network by name; empty = ours, or, in the user's network, one of its automatic ones
 * @param networkProject the project that the network is in, and the firewall rule with it
 * @param subnetCidr range of our first subnet; those of further regions follow it
 * @param serviceAccount the user's account by e-mail address; empty = one that we make
 * @param accountDomain what follows the {@code @} in the address of an account that we make
 * @param hasKey whether the secret is encrypted with a key in a hardware module of the user's project
 * @param archive SHA-256 of the guest's archive that we keep for machines; empty = the user keeps it
 */
public record Foundation(
        Optional<InstanceId> machine,
        Optional<String> machineNumber,
        Optional<String> vpc,
        Optional<String> subnet,
        String networkProject,
        String subnetCidr,
        Optional<String> serviceAccount,
        String accountDomain,
        boolean hasKey,
        Optional<String> archive) {}
