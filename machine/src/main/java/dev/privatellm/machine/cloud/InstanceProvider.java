// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Machines in the user's project. Calls return once the cloud has accepted them, not once they have had their effect; the operation tells that.
 * Every method may throw any {@link CloudFailure}; no failure means that the thing is absent: only an empty result does.
 */
public interface InstanceProvider {

    /** The instance, or empty if and only if the cloud answered that there is none. */
    Optional<Instance> find(InstanceId id);

    /**
     * Every instance of the project, in whatever zone, whose label {@code pllm-owner} is this owner, in any status.
     *
     * @throws CloudFailure.Unavailable also if any zone could not be asked: a partial list proves nothing
     */
    List<Instance> findByOwner(String owner);

    /**
     * Every instance of the project, in whatever zone and status, whose label {@code pllm-resource} is this, whoever owns it.
     *
     * @param resource as a label's value
     * @throws CloudFailure.Unavailable also if any zone could not be asked: a partial list proves nothing
     */
    List<Instance> findByResource(String resource);

    /**
     * Whether the cloud itself has taken this machine back since a moment. It says so for some days.
     *
     * @param cloudId the machine's number: another one of the same name does not count
     */
    boolean wasPreempted(InstanceId id, String cloudId, Instant since);

    /**
     * Asks for a new instance. A name that already exists in that zone is {@link CloudFailure.AlreadyExists}, whoever owns it.
     *
     * @throws CloudFailure.InsufficientCapacity if the zone has no such machine now; mostly this is told by the operation instead
     */
    OperationId insert(InstanceSpec spec, Offering offering, RequestId requestId);

    /** Gives power to a stopped instance. One that is still stopping is {@link CloudFailure.NotReady}. */
    OperationId start(InstanceId id, RequestId requestId);

    /** Takes power from an instance; its disk stays. Stopping a stopped one succeeds. */
    OperationId stop(InstanceId id, RequestId requestId);

    /** Removes an instance and its disk. One that does not exist is {@link CloudFailure.NotFound}. */
    OperationId delete(InstanceId id, RequestId requestId);

    /**
     * Replaces the whole metadata.
     *
     * @param fingerprint of the metadata that was read; a stale one is {@link CloudFailure.Conflict}
     */
    OperationId setMetadata(InstanceId id, Map<String, String> metadata, String fingerprint, RequestId requestId);

    /** Makes a stopped instance one of another type of its zone. One with power is {@link CloudFailure.NotReady}. */
    OperationId setMachineType(InstanceId id, String machineType, RequestId requestId);

    /**
     * Has the cloud stop an instance after so long from its next start on, and never delete or restart it, as at {@link #insert}. How it is bought cannot change. One with power is
     * {@link CloudFailure.NotReady}.
     *
     * @param offering what the instance is
     */
    OperationId setScheduling(InstanceId id, Offering offering, Duration maxRunDuration, RequestId requestId);

    /** Lets the disk of that name, in the instance's zone, grow. Not larger than it is, is {@link CloudFailure.InvalidRequest}. */
    OperationId resizeDisk(InstanceId id, String disk, int sizeGb, RequestId requestId);

    /**
     * Makes an instance ours, or a little more so; what is so already succeeds. Whoever owns it is looked at in the same breath.
     *
     * @throws CloudFailure.Conflict if its label {@code pllm-owner} names somebody else than {@code owner}, or if it was changed meanwhile
     */
    OperationId claim(InstanceId id, Claim claim, String owner, RequestId requestId);

    /**
     * Replaces all labels of an instance; those of its disk stay.
     *
     * @param fingerprint of the labels that were read; a stale one is {@link CloudFailure.Conflict}
     */
    OperationId setLabels(InstanceId id, Map<String, String> labels, String fingerprint, RequestId requestId);

    /**
     * What a machine has written into one of its guest attributes; empty if it has not written it, may not write any, or is not there.
     *
     * @param path namespace and key, {@code pllm/csr}
     */
    Optional<String> guestAttribute(InstanceId id, String path);

    /**
     * The last of what a machine has printed on its serial console, in this boot and earlier ones, {@value ConsoleExcerpt#TAIL_BYTES} bytes at most; empty if it is not there. Whatever runs on
     * the machine may have written it.
     */
    Optional<String> console(InstanceId id);

    /** How far an operation of this port has come. */
    OperationStatus operation(OperationId id);
}
