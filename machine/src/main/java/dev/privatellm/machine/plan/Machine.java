// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Disk;
import dev.privatellm.machine.cloud.Instance;
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
 * @param made what it was made of; empty on the record of a version that did not write it down, until it is looked at
 */
public record Machine(
        InstanceId id,
        Offering offering,
        Optional<String> cloudId,
        Optional<String> address,
        int port,
        Optional<String> bootId,
        Instant startedAt,
        boolean bootedBefore,
        Optional<Made> made) {

    public Machine {
        made = made == null ? Optional.empty() : made;
    }

    Machine at(String newCloudId, Optional<String> newAddress, int newPort) {
        return new Machine(
                id, offering, Optional.of(newCloudId), newAddress, newPort, bootId, startedAt, bootedBefore, made);
    }

    Machine withoutAddress() {
        return new Machine(
                id, offering, cloudId, Optional.empty(), port, Optional.empty(), startedAt, bootedBefore, made);
    }

    /** Given power, with its guest told to listen at this port. */
    Machine startedAt(Instant now, int guestPort) {
        return new Machine(
                id,
                offering,
                cloudId,
                Optional.empty(),
                port,
                Optional.empty(),
                now,
                bootedBefore,
                made.map(before -> before.listening(guestPort)));
    }

    Machine answering(String newBootId) {
        return new Machine(id, offering, cloudId, address, port, Optional.of(newBootId), startedAt, bootedBefore, made);
    }

    Machine served() {
        return new Machine(id, offering, cloudId, address, port, bootId, startedAt, true, made);
    }

    /** As the cloud shows it: what it is may have been changed, by us or by hand. */
    Machine seen(Instance found, MachineSpec spec, int diskGb) {
        Made recorded = made.orElseGet(() -> Made.seen(found, spec, diskGb));
        // What was the user's was never made as we make them: it stays as he had it.
        Made known = spec.names().isOurs(id.name()) ? recorded.shown(found) : recorded;
        Offering shown = new Offering(offering.provisioning(), found.machineType(), offering.zone());
        return new Machine(
                id,
                shown,
                cloudId,
                address,
                port,
                bootId,
                startedAt,
                bootedBefore,
                Optional.of(known.withDisk(found.disk().map(Disk::sizeGb).orElse(known.diskGb()))
                        .with(found.scheduling())));
    }

    /** From now on its image goes by the name that the document had for it, if it is this one. */
    Machine madeByName(PinnedImage gone) {
        return new Machine(
                id,
                offering,
                cloudId,
                address,
                port,
                bootId,
                startedAt,
                bootedBefore,
                made.map(is -> is.image().equals(gone.image()) ? is.from(gone.asked()) : is));
    }

    /** The network that it is in, which its firewall rule has to be in too. */
    String network(MachineSpec spec) {
        return made.map(Made::network).orElseGet(spec::network);
    }

    /** The port that its guest listens at. */
    int guestPort(MachineSpec spec) {
        return made.map(Made::port).orElseGet(() -> spec.guest().port());
    }
}
