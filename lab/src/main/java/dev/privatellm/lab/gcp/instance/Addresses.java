// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/**
 * Addresses for machines. Where the whole of 127.0.0.0/8 is the loopback, as on Linux, each gets its own: external ones from 127.64.0.0/12, internal ones
 * from 127.80.0.0/12. Elsewhere all have 127.0.0.1 and ports of their own.
 */
public final class Addresses {

    private static final int EXTERNAL = 64;
    private static final int INTERNAL = 80;
    private static final int TRIES = 100;

    private final RandomGenerator random;
    private final boolean own;

    Addresses(RandomGenerator random, boolean own) {
        this.random = random;
        this.own = own;
    }

    /** Finds out what this system has. */
    public static Addresses ofThisSystem(RandomGenerator random) {
        return new Addresses(random, isFree(new Address("127.80.0.1", 0)));
    }

    /** Whether machines have addresses of their own, so that the port is the configured one. */
    public boolean own() {
        return own;
    }

    /** A free address for the machine's side; the port is the wanted one only where machines have their own address. */
    public Address internal(int port) {
        return own ? free(INTERNAL, port) : local();
    }

    /** A free address for the outside's. */
    public Address external(int port) {
        return own ? free(EXTERNAL, port) : local();
    }

    private Address free(int second, int port) {
        for (int i = 0; i < TRIES; i++) {
            String ip =
                    "127.%d.%d.%d".formatted(second + random.nextInt(16), random.nextInt(256), 1 + random.nextInt(254));
            Address address = new Address(ip, port);
            if (isFree(address)) {
                return address;
            }
        }
        throw new IllegalStateException("port " + port + " is taken on " + TRIES + " loopback addresses");
    }

    private static Address local() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new Address("127.0.0.1", 0).socket());
            return new Address("127.0.0.1", socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isFree(Address address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address.socket());
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
