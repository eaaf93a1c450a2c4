// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Claim;
import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.KeyVersion;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.SecretVersion;
import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.pki.ServerKey;
import dev.privatellm.machine.pki.Succession;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One change to the world outside the record, complete: whoever carries it out decides nothing. Those that are {@link Intended} are written down before
 * they are carried out; the others are harmless to repeat.
 */
public sealed interface Effect {

    EffectKind kind();

    /** What it acts upon, for records and people. */
    String target();

    /** A mutation of the cloud. Its intent is on record before the call. */
    sealed interface Intended extends Effect {
        /** Identifies the mutation to the cloud where the cloud takes such ids, and to our record always. */
        RequestId requestId();
    }

    /** A mutation of one machine that is there. */
    sealed interface OnInstance extends Intended {
        InstanceId instance();

        @Override
        default String target() {
            return instance().toString();
        }
    }

    /** Makes one part of what the machine stands on. */
    record MakePart(RequestId requestId, Part part, Optional<Offering> wantedFor) implements Intended {
        @Override
        public EffectKind kind() {
            return EffectKind.MAKE_PART;
        }

        @Override
        public String target() {
            return part.id().toString();
        }
    }

    /**
     * Makes the bundle's container if it is not there.
     *
     * @param key encrypts what is in it; empty for a key of the cloud's own
     */
    record EnsureSecret(String target, Map<String, String> labels, Optional<CryptoKey> key) implements Effect {
        @Override
        public EffectKind kind() {
            return EffectKind.ENSURE_SECRET;
        }
    }

    /** Changes whose key signs; the authority that remains, or comes, is kept before this returns. */
    record ChangeAuthority(Move move) implements Effect {
        /** What is done to the authorities. */
        public enum Move {
            /** A successor is made; the present one stays. */
            BEGIN,
            /** The successor stays alone. */
            COMPLETE,
            /** A new one stays alone: nobody has to change over under running streams. */
            REPLACE
        }

        @Override
        public EffectKind kind() {
            return EffectKind.CHANGE_AUTHORITY;
        }

        @Override
        public String target() {
            return "authority/" + move.name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Issues the next generation and keeps it.
     *
     * @param serverKey where the machine's own key is born
     * @param overlapping generation that a running machine goes on admitting, 0 at a boot
     * @param oldestNeeded generations before this one may be forgotten
     * @param succession its part in a change of the authority
     */
    record IssueCertificates(
            long generation,
            String serverName,
            ServerKey serverKey,
            long overlapping,
            long oldestNeeded,
            Succession succession)
            implements Effect {
        @Override
        public EffectKind kind() {
            return EffectKind.ISSUE_CERTIFICATES;
        }

        @Override
        public String target() {
            return "generation/" + generation;
        }
    }

    /** Certifies the key of a machine that made it itself, and keeps the leaf with the rest of its generation. */
    record SignCertificate(long generation, PublicKey key) implements Effect {
        @Override
        public EffectKind kind() {
            return EffectKind.SIGN_CERTIFICATE;
        }

        @Override
        public String target() {
            return "generation/" + generation;
        }
    }

    /** Adds the bundle of a generation as a version of the secret. */
    record UploadBundle(RequestId requestId, String target, long generation) implements Intended {
        @Override
        public EffectKind kind() {
            return EffectKind.UPLOAD_BUNDLE;
        }
    }

    /** Asks for a new machine. */
    record InsertInstance(RequestId requestId, InstanceSpec spec, Offering offering) implements Intended {
        @Override
        public EffectKind kind() {
            return EffectKind.INSERT_INSTANCE;
        }

        @Override
        public String target() {
            return instance().toString();
        }

        public InstanceId instance() {
            return new InstanceId(offering.zone(), spec.name());
        }
    }

    /** Makes a machine of the user's ours, or a little more so. */
    record AdoptInstance(RequestId requestId, InstanceId instance, Claim claim) implements OnInstance {
        @Override
        public EffectKind kind() {
            return EffectKind.ADOPT_INSTANCE;
        }
    }

    /** Replaces the machine's metadata. */
    record SetMetadata(RequestId requestId, InstanceId instance, Map<String, String> metadata, String fingerprint)
            implements OnInstance {
        @Override
        public EffectKind kind() {
            return EffectKind.SET_METADATA;
        }
    }

    /** Makes a machine without power one of another type. */
    record SetMachineType(RequestId requestId, InstanceId instance, String machineType) implements OnInstance {
        @Override
        public EffectKind kind() {
            return EffectKind.SET_MACHINE_TYPE;
        }
    }

    /** Lets the disk of a machine without power grow. */
    record ResizeDisk(RequestId requestId, InstanceId instance, String disk, int sizeGb) implements OnInstance {
        @Override
        public EffectKind kind() {
            return EffectKind.RESIZE_DISK;
        }
    }

    /**
     * Sets after how long the cloud ends each run of a machine that has no power now.
     *
     * @param offering what the machine is
     */
    record SetScheduling(RequestId requestId, InstanceId instance, Offering offering, Duration maxRunDuration)
            implements OnInstance {
        @Override
        public EffectKind kind() {
            return EffectKind.SET_SCHEDULING;
        }
    }

    /**
     * Replaces a machine's labels.
     *
     * @param fingerprint of the labels that were read; a stale one is refused, so that of two who claim a machine one does
     * @param reason what for
     */
    record SetLabels(
            RequestId requestId, InstanceId instance, Map<String, String> labels, String fingerprint, String reason)
            implements OnInstance {
        @Override
        public EffectKind kind() {
            return EffectKind.SET_LABELS;
        }
    }

    /** Gives the machine power. */
    record StartInstance(RequestId requestId, InstanceId instance) implements OnInstance {
        @Override
        public EffectKind kind() {
            return EffectKind.START_INSTANCE;
        }
    }

    /** Takes its power. */
    record StopInstance(RequestId requestId, InstanceId instance, String reason) implements OnInstance {
        @Override
        public EffectKind kind() {
            return EffectKind.STOP_INSTANCE;
        }
    }

    /** Removes a machine with its disk. */
    record DeleteInstance(RequestId requestId, InstanceId instance, String reason) implements OnInstance {
        @Override
        public EffectKind kind() {
            return EffectKind.DELETE_INSTANCE;
        }
    }

    /** Removes one part of what the machine stood on. */
    record RemovePart(RequestId requestId, Part part) implements Intended {
        @Override
        public EffectKind kind() {
            return EffectKind.REMOVE_PART;
        }

        @Override
        public String target() {
            return part.id().toString();
        }
    }

    /** Admits our addresses to the machine. */
    record OpenFirewall(RequestId requestId, FirewallRule rule) implements Intended {
        @Override
        public EffectKind kind() {
            return EffectKind.OPEN_FIREWALL;
        }

        @Override
        public String target() {
            return rule.name();
        }
    }

    /** Replaces whom the rule admits, and until when. */
    record ReplaceFirewall(RequestId requestId, FirewallRule rule) implements Intended {
        @Override
        public EffectKind kind() {
            return EffectKind.REPLACE_FIREWALL;
        }

        @Override
        public String target() {
            return rule.name();
        }
    }

    /** Removes a rule: ours, or one of our kind whose time is over. */
    record CloseFirewall(RequestId requestId, String target) implements Intended {
        @Override
        public EffectKind kind() {
            return EffectKind.CLOSE_FIREWALL;
        }
    }

    /**
     * Has the guest refuse new streams, or admit them again.
     *
     * @param reason why the machine is to sleep; or why not, when the drain is called off
     * @param forced whether the drain ends at its deadline with streams open
     */
    record DrainGuest(GuestAddress guest, boolean on, String reason, boolean forced) implements Effect {
        @Override
        public EffectKind kind() {
            return EffectKind.DRAIN_GUEST;
        }

        @Override
        public String target() {
            return on ? "on" : "off";
        }
    }

    /** Has a running guest load a new bundle sooner than it would notice by itself. */
    record LoadBundle(GuestAddress guest, String target, long generation) implements Effect {
        @Override
        public EffectKind kind() {
            return EffectKind.LOAD_BUNDLE;
        }
    }

    /** Hands endpoint, pin and client certificate of a generation to the gateways, at once. */
    record ActivateLink(long generation) implements Effect {
        @Override
        public EffectKind kind() {
            return EffectKind.ACTIVATE_LINK;
        }

        @Override
        public String target() {
            return "generation/" + generation;
        }
    }

    /** Destroys a version of the bundle that nobody needs any more. */
    record DestroyVersion(SecretVersion version) implements Effect {
        @Override
        public EffectKind kind() {
            return EffectKind.DESTROY_VERSION;
        }

        @Override
        public String target() {
            return version.name();
        }
    }

    /** Destroys a version of the key that nothing was sealed with any more. */
    record DestroyKeyVersion(KeyVersion version) implements Effect {
        @Override
        public EffectKind kind() {
            return EffectKind.DESTROY_KEY_VERSION;
        }

        @Override
        public String target() {
            return version.name();
        }
    }
}
