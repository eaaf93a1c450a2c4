// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.guest.GuestStatus.Snapshot;
import dev.privatellm.guest.GuestStatus.Stage;
import java.util.Optional;

/** Decides which calls a client may make, and which the machine takes now. */
final class Admission {
    /** Why the engine was not reached; these words are the value of the header that makes a repetition safe. */
    enum NotForwarded {
        LOADING,
        FULL,
        DOWN,
        DRAINING
    }

    private Admission() {}

    /** Whether this client may use the engine so, now or ever. Managing takes its own token, whoever asks. */
    static boolean mayUse(TokenRing.Kind token, EngineUse use) {
        return switch (use) {
            case READ, GENERATE -> true;
            case MANAGE -> token == TokenRing.Kind.MANAGE;
        };
    }

    /** Whether this client may make this call of our own API. */
    static boolean mayCall(Role role, OwnApi.Call call) {
        return switch (role) {
            case CONTROLLER -> true;
            case GATEWAY -> call == OwnApi.Call.HEALTH;
        };
    }

    /** Why a use of the engine is not taken now; empty if it is. Looking is always tried. */
    static Optional<NotForwarded> refusal(Snapshot now, EngineUse use) {
        if (use == EngineUse.READ) {
            return Optional.empty();
        }
        if (now.preempted() || now.draining()) {
            return Optional.of(NotForwarded.DRAINING);
        }
        if (use == EngineUse.GENERATE && now.stage() != Stage.READY) {
            return Optional.of(NotForwarded.LOADING);
        }
        return Optional.empty();
    }
}
