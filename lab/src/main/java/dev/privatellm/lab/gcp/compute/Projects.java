// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import java.util.zip.CRC32;

/** Projects: any id names one that exists; its number follows from the id. */
public final class Projects {

    private Projects() {}

    /** Number of a project that is given by id or by number. */
    public static long numberOf(String project) {
        return project.matches("\\d{1,18}") ? Long.parseLong(project) : number(project);
    }

    /** The number that Google's services use in answers. */
    public static long number(String project) {
        CRC32 crc = new CRC32();
        crc.update(project.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return 100_000_000_000L + crc.getValue();
    }
}
