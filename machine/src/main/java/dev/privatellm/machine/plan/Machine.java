// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.Offering;
import java.time.Instant;
import java.util.Optional;

/**
 * Which machine it is, as far as that is recorded; what it is doing is {@link dev.privatellm.machine.power.MachineState}.
 *
 * @param cloudId the cloud's own number; empty until it was seen once
 * @param address where its guest is dialled; empty while it has none
 * @param port port of its guest at that address
 * @param bootId the guest's word for its present boot; empty until it answered
 * @param startedAt when it was last given power
 * @param bootedBefore whether it has served before, so that its disk holds the model
 */
public record Machine(
        InstanceId id,
        Offering offering,
        Optional<String> cloudId,
        Optional<String> address,
        int port,
        Optional<String> bootId,
        Instant startedAt,
        boolean bootedBefore) {

    Machine at(String newCloudId, Optional<String> newAddress, int newPort) {
        return new Machine(id, offering, Optional.of(newCloudId), newAddress, newPort, bootId, startedAt, bootedBefore);
    }

    Machine withoutAddress() {
        return new Machine(id, offering, cloudId, Optional.empty(), port, Optional.empty(), startedAt, bootedBefore);
    }

    Machine startedAt(Instant now) {
        return new Machine(id, offering, cloudId, Optional.empty(), port, Optional.empty(), now, bootedBefore);
    }

    Machine answering(String newBootId) {
        return new Machine(id, offering, cloudId, address, port, Optional.of(newBootId), startedAt, bootedBefore);
    }

    Machine served() {
        return new Machine(id, offering, cloudId, address, port, bootId, startedAt, true);
    }
}
