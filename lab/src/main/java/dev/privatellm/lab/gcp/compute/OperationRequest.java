// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import java.util.UUID;

/**
 * What an operation is about.
 *
 * @param location {@code global}, {@code zones/…} or {@code regions/…}
 * @param rpc the method, part of what a request id stands for
 * @param type word such as {@code insert}
 * @param target path of the resource
 * @param user account that asked
 * @param requestId empty if the caller gave none
 */
record OperationRequest(
        String project,
        String location,
        String rpc,
        String type,
        String target,
        long targetId,
        String user,
        String requestId) {

    /** Location of what belongs to no zone and no region. */
    static final String GLOBAL = "global";

    private static final UUID ZERO = new UUID(0, 0);

    /** One that nobody has asked for. */
    static OperationRequest ofTheCloud(Vm vm, String type) {
        return new OperationRequest(vm.project, "zones/" + vm.zone, "", type, vm.path(), vm.id, "system", "");
    }

    /** Its zone; empty for one of another kind. */
    String zone() {
        return after("zones/");
    }

    /** Its region; empty for one of another kind. */
    String region() {
        return after("regions/");
    }

    private String after(String kind) {
        return location.startsWith(kind) ? location.substring(kind.length()) : "";
    }

    /** Whether a request id is what it must be: empty, or a UUID other than zero. */
    static boolean isRequestId(String requestId) {
        if (requestId.isEmpty()) {
            return true;
        }
        try {
            return requestId.length() == 36 && !UUID.fromString(requestId).equals(ZERO);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
