// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

/**
 * Bounds of one head.
 *
 * @param headBytes start line and all field lines together; beyond it 431
 * @param startLineBytes beyond it 414 for a request
 * @param fields number of field lines; beyond it 431
 */
public record HeadLimits(int headBytes, int startLineBytes, int fields) {
    /** 16 KiB for a head, 8 KiB of them for the start line, 128 fields. */
    public static final HeadLimits DEFAULT = new HeadLimits(16 * 1024, 8 * 1024, 128);

    public HeadLimits {
        if (headBytes < 64 || startLineBytes < 32 || startLineBytes > headBytes || fields < 1) {
            throw new IllegalArgumentException("head limits " + headBytes + ", " + startLineBytes + ", " + fields);
        }
    }
}
