// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.link;

/** Why a call to a guest had no answer. */
public abstract sealed class GuestFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private GuestFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** Nobody answered: not up yet, filtered, gone. Nothing may be concluded about the machine. */
    public static final class Unreachable extends GuestFailure {
        private static final long serialVersionUID = 1L;

        public Unreachable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Somebody answered who is not our machine: wrong chain, name or pin. A security event; never retried in a weaker way. */
    public static final class Untrusted extends GuestFailure {
        private static final long serialVersionUID = 1L;

        public Untrusted(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Our machine answered and refused. */
    public static final class Refused extends GuestFailure {
        private static final long serialVersionUID = 1L;
        private final int status;

        public Refused(int status, String message, Throwable cause) {
            super(message, cause);
            this.status = status;
        }

        /** HTTP status of the answer. */
        public int status() {
            return status;
        }
    }
}
