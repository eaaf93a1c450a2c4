// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** An IPv4 literal and a port, never looked up. */
public record Address(String ip, int port) {

    public InetSocketAddress socket() {
        String[] parts = ip.split("\\.", -1);
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    @Override
    public String toString() {
        return ip + ":" + port;
    }
}
