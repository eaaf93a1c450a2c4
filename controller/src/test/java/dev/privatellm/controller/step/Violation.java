// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

/** An oracle says that something happened which must not. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    /** What must never happen. */
    enum Oracle {
        /** Two machines charged at once, one charged that the record does not know of, more charged than without the blow, or a bill that is not booked. */
        MONEY,
        /** More machines made, or more versions kept, than without the blow. */
        COUNTS,
        /** A mutation that is not on record under the id that it bears. */
        WRITTEN_AHEAD,
        /** A private key or a token where it does not belong. */
        SECRECY,
        /** A rule wider than our own address, or one without a machine. */
        EXPOSURE,
        /** Calls sent to a machine that is not the one which was certified. */
        TRUST,
        /** A machine that is stopped for want of use while it takes new calls. */
        GRACE,
        /** Another end than without the blow, or none. */
        CONVERGENCE,
        /** Once nothing more is to be done, something is done all the same. */
        STABILITY,
        /** Something that is not ours was changed, or anything at all for input that is refused. */
        REFUSAL
    }

    private final Oracle oracle;

    Violation(Oracle oracle, String what) {
        super(oracle + ": " + what);
        this.oracle = oracle;
    }

    Violation(Oracle oracle, Throwable cause) {
        super(oracle + ": " + cause.getMessage(), cause);
        this.oracle = oracle;
    }

    Oracle oracle() {
        return oracle;
    }
}
