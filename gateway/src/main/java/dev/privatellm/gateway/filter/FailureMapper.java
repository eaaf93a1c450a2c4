// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.Reason;
import java.time.Duration;

/** Says what a caller is told of what went wrong behind the gateway. Pure. */
public final class FailureMapper {
    private FailureMapper() {}

    /** The answer began and broke off. */
    public static Failure interrupted() {
        return Failure.of(Reason.STREAM_INTERRUPTED, "the answer was cut off before its end");
    }

    /** Sent, perhaps processed, and no answer came: the gateway does not repeat that, the client may. */
    public static Failure ambiguous() {
        return Failure.of(
                Reason.UNAVAILABLE, "the machine went away before it answered; try again", Duration.ofSeconds(1));
    }

    /** Who answered is not our machine. */
    public static Failure untrusted(RouteId route) {
        return Failure.of(
                Reason.MACHINE_UNTRUSTED,
                "the machine of " + route
                        + " could not prove that it is ours (chain, name or pin); nothing was sent to it");
    }

    /** A call whose body is not kept met a machine that did not take it. */
    public static Failure notTaken(RouteId route) {
        return Failure.of(Reason.UNAVAILABLE, "the machine of " + route + " does not take this call now");
    }

    /** The machine is said to serve, but does not answer. */
    public static Failure unreachable(RouteId route) {
        return Failure.of(Reason.UNAVAILABLE, "the machine of " + route + " does not answer");
    }

    /** The machine refused our bearer. */
    public static Failure denied(RouteId route) {
        return Failure.of(Reason.STALLED, "the machine of " + route + " does not accept this gateway's bearer");
    }

    /** The link holds no right to manage models. */
    public static Failure manageCallsOff(RouteId route) {
        return Failure.of(Reason.FORBIDDEN, "calls that change the models of " + route + " are switched off");
    }

    /** There is no link that could be used. */
    public static Failure unusableLink(RouteId route) {
        return Failure.of(Reason.STALLED, "the link to the machine of " + route + " cannot be used; the log tells why");
    }
}
