// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * When the machine came up, on the scale of {@link Time#nanos()}. What has to be understood by a later start of this program in the same boot is written down as the time since the kernel's
 * start: the system's clock may be put right in between, this one never is.
 *
 * @param kernelNanos the start of the kernel, from which it counts {@code /proc/uptime}
 * @param beganNanos the start of the system: a moment later, or hours, where the kernel is shared with others
 * @param hadModel whether a model was on the machine's disk then, which makes this no first boot; false if nobody looked
 */
record Boot(long kernelNanos, long beganNanos, boolean hadModel) {
    private static final Path UPTIME = Path.of("/proc/uptime");
    /** Root, which may see the first process, writes this down before we start ({@code dead-man.sh}): the uptime in seconds, and {@code first} or {@code later}. */
    private static final Path LOOKED_AT = Path.of("/run/private-llm-dead-man/boot");

    private static final String LATER = "later";

    /** The boot of an emulated machine is the start of this program. */
    static Boot now(Time time) {
        return new Boot(time.nanos(), time.nanos(), false);
    }

    /** @throws IOException if the kernel does not say how long it has run */
    static Boot ofThisMachine(Time time) throws IOException {
        return read(time, UPTIME, LOOKED_AT);
    }

    /** Without anybody's word the system began with its kernel: too early rather than too late. */
    static Boot read(Time time, Path uptime, Path lookedAt) throws IOException {
        long now = time.nanos();
        long kernel;
        try {
            kernel = now
                    - (long) (Double.parseDouble(words(uptime)[0])
                            * Duration.ofSeconds(1).toNanos());
        } catch (NumberFormatException e) {
            throw new IOException(uptime + ": no number", e);
        }
        try {
            String[] looked = words(lookedAt);
            long began =
                    kernel + Duration.ofSeconds(Integer.parseInt(looked[0])).toNanos();
            if (began >= kernel && began <= now) {
                return new Boot(kernel, began, looked.length > 1 && looked[1].equals(LATER));
            }
        } catch (IOException | NumberFormatException e) {
            // as below
        }
        return new Boot(kernel, kernel, false);
    }

    private static String[] words(Path file) throws IOException {
        return Files.readString(file).strip().split("\\s");
    }

    /** This moment as an uptime of the kernel. */
    Duration uptime(long nanos) {
        return Duration.ofNanos(nanos - kernelNanos);
    }

    /** The moment of such an uptime. */
    long nanos(Duration uptime) {
        return kernelNanos + uptime.toNanos();
    }
}
