// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import dev.privatellm.guest.Main;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Entry point of a machine's process: the real guest, and a thread that holds the cord. Standard input is a pipe from the emulator; when it ends, the
 * emulator is gone, however it went, and the machine loses its power at once, whatever the guest is waiting for: no guest outlives its cloud.
 */
public final class PowerCord {

    private static final int POWER_LOST = 137;

    private PowerCord() {}

    /** Runs the guest. */
    public static void main(String[] arguments) throws Exception {
        Thread.ofPlatform().daemon().name("power-cord").start(() -> hold(System.in));
        Main.main(arguments);
    }

    private static void hold(InputStream cord) {
        try {
            cord.transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            // a broken pipe is an end like any other
        }
        Runtime.getRuntime().halt(POWER_LOST);
    }
}
