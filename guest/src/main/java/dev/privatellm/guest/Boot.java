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
 */
record Boot(long kernelNanos, long beganNanos) {
    private static final Path UPTIME = Path.of("/proc/uptime");
    /** The unit of the root that looks at our own record writes this down before we start: the first word are seconds of the uptime. */
    private static final Path BEGAN = Path.of("/run/private-llm-dead-man/boot");

    /** The boot of an emulated machine is the start of this program. */
    static Boot now(Time time) {
        return new Boot(time.nanos(), time.nanos());
    }

    /** @throws IOException if the kernel does not say how long it has run */
    static Boot ofThisMachine(Time time) throws IOException {
        String uptime = firstWord(UPTIME);
        try {
            long kernel = time.nanos()
                    - (long) (Double.parseDouble(uptime) * Duration.ofSeconds(1).toNanos());
            return new Boot(kernel, began(kernel, time.nanos()));
        } catch (NumberFormatException e) {
            throw new IOException(UPTIME + ": " + uptime, e);
        }
    }

    /** Without anybody's word it is the kernel's start: too early rather than too late. */
    private static long began(long kernel, long now) {
        try {
            long began = kernel
                    + Duration.ofSeconds(Integer.parseInt(firstWord(BEGAN))).toNanos();
            return began >= kernel && began <= now ? began : kernel;
        } catch (IOException | NumberFormatException e) {
            return kernel;
        }
    }

    private static String firstWord(Path file) throws IOException {
        return Files.readString(file).strip().split("\\s", 2)[0];
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
