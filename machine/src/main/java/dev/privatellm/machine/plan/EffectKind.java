// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

/** The kinds of {@link Effect}, as they stand in records and in the effect log. */
public enum EffectKind {
    MAKE_PART,
    ENSURE_SECRET,
    CHANGE_AUTHORITY,
    ISSUE_CERTIFICATES,
    SIGN_CERTIFICATE,
    UPLOAD_BUNDLE,
    INSERT_INSTANCE,
    ADOPT_INSTANCE,
    SET_METADATA,
    SET_MACHINE_TYPE,
    RESIZE_DISK,
    SET_SCHEDULING,
    SET_LABELS,
    START_INSTANCE,
    OPEN_FIREWALL,
    REPLACE_FIREWALL,
    DRAIN_GUEST,
    LOAD_BUNDLE,
    ACTIVATE_LINK,
    STOP_INSTANCE,
    CLOSE_FIREWALL,
    DESTROY_VERSION,
    DESTROY_KEY_VERSION,
    DELETE_INSTANCE,
    REMOVE_PART
}
