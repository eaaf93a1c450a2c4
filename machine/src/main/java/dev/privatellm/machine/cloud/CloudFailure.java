// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Duration;
import java.util.Optional;

/**
 * Why a cloud did not do what was asked, sorted by who has to act. Adapters translate each vendor error once; nobody parses messages afterwards.
 * {@link #code()} keeps the vendor's own word, verbatim, for status and support.
 */
public abstract sealed class CloudFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    private CloudFailure(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The vendor's code, such as {@code ZONE_RESOURCE_POOL_EXHAUSTED}; never empty. */
    public String code() {
        return code;
    }

    /** The zone has no such machine now: another offering may. */
    public static final class InsufficientCapacity extends CloudFailure {
        private static final long serialVersionUID = 1L;
        private final Scope scope;

        public InsufficientCapacity(String code, String message, Scope scope, Throwable cause) {
            super(code, message, cause);
            this.scope = scope;
        }

        /** What is exhausted. */
        public Scope scope() {
            return scope;
        }

        public enum Scope {
            /** This machine type, bought this way, in this zone. */
            OFFERING,
            /** The zone altogether, such as its addresses. */
            ZONE
        }
    }

    /** A quota is used up; an administrator must raise it. */
    public static final class QuotaExceeded extends CloudFailure {
        private static final long serialVersionUID = 1L;
        private final boolean projectWide;

        public QuotaExceeded(String code, String message, boolean projectWide, Throwable cause) {
            super(code, message, cause);
            this.projectWide = projectWide;
        }

        /** Whether no region can help ({@code GPUS_ALL_REGIONS}); otherwise only the offering's region is blocked. */
        public boolean isProjectWide() {
            return projectWide;
        }
    }

    /** Our identity lacks a right; the message names it where the cloud does. */
    public static final class PermissionDenied extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public PermissionDenied(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** The project has no billing account, or one that is closed. */
    public static final class BillingDisabled extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public BillingDisabled(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** The key that encrypts is not enabled: an administrator must enable it, or another version of it has to be made. */
    public static final class KeyDisabled extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public KeyDisabled(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** One of the APIs that we enable ourselves is not enabled, or was enabled a moment ago: the cloud takes minutes to heed that. */
    public static final class ApiDisabled extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public ApiDisabled(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** Our identity itself was not accepted. */
    public static final class CredentialsRejected extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public CredentialsRejected(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** The request can never succeed as it is: the specification must change. */
    public static final class InvalidRequest extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public InvalidRequest(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** This zone does not exist or is closed to the project. */
    public static final class ZoneUnavailable extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public ZoneUnavailable(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** What every machine of this region needs is not there, such as its subnet: another region may have it. */
    public static final class RegionUnavailable extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public RegionUnavailable(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** What was to be made is there already; its owner has to be read before anything is concluded. */
    public static final class AlreadyExists extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public AlreadyExists(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** It changed since it was read, or belongs to somebody else. */
    public static final class Conflict extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public Conflict(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** What was to be changed is not there. */
    public static final class NotFound extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public NotFound(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** Something else still needs it: what needs it has to go first. */
    public static final class InUse extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public InUse(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** Right request, too early: it is still stopping or being made. */
    public static final class NotReady extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public NotReady(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** Too fast, overloaded, unreachable, or only partly answered: nothing is known, and time will help. */
    public static final class Unavailable extends CloudFailure {
        private static final long serialVersionUID = 1L;
        private final transient Optional<Duration> retryAfter;

        public Unavailable(String code, String message, Optional<Duration> retryAfter, Throwable cause) {
            super(code, message, cause);
            this.retryAfter = retryAfter;
        }

        /** How long the cloud asked us to wait. */
        public Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }

    /** An error that this version has no rule for; shown verbatim, blocks its zone for a while. */
    public static final class Unclassified extends CloudFailure {
        private static final long serialVersionUID = 1L;

        public Unclassified(String code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }
}
