// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

/** What becomes of one effect, or of one write of what is kept. After most of them a new process begins with an empty memory. */
enum Fate {
    /** The process dies before its call goes out. */
    DIES_BEFORE(false, true),
    /** The process dies after the answer, before it could write it down. */
    DIES_AFTER(true, true),
    /** The effect is there, its answer is lost, and a new process goes on. */
    ANSWER_LOST(true, true),
    /** The call is lost on its way, nobody knows, and a new process goes on. */
    REQUEST_LOST(false, true),
    /** The effect is there, its answer is lost, and the same process goes on with what it remembers. */
    ANSWER_LOST_REMEMBERING(true, false),
    /** The call is lost on its way, and the same process goes on with what it remembers. */
    REQUEST_LOST_REMEMBERING(false, false),
    /** The process stands still before its call; another one takes over for a while; then the call goes out all the same. */
    OVERTAKEN(false, true),
    /** The process dies before or after a write of the record, the certificates, the link or the ledger. */
    DIES_AT_WRITE(false, true);

    private final boolean strikesAfter;
    private final boolean restarts;

    Fate(boolean strikesAfter, boolean restarts) {
        this.strikesAfter = strikesAfter;
        this.restarts = restarts;
    }

    /** Whether it strikes once the effect is there. */
    boolean strikesAfter() {
        return strikesAfter;
    }

    /** Whether a new process goes on. */
    boolean restarts() {
        return restarts;
    }

    boolean isOfEffects() {
        return this != DIES_AT_WRITE;
    }
}
