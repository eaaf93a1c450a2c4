// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * A range of addresses of one family.
 *
 * @param network its lowest address, or any other of it
 * @param width bits of an address
 * @param bits of them that are fixed
 */
record Cidr(BigInteger network, int width, int bits) {

    static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        try {
            byte[] network = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
            Cidr cidr = new Cidr(
                    new BigInteger(1, network), network.length * 8, Integer.parseInt(text.substring(slash + 1)));
            return cidr.bits >= 0 && cidr.bits <= cidr.width ? Optional.of(cidr) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** A range that is known to be one. */
    static Cidr of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(text + " (expected: a range)"));
    }

    boolean contains(InetAddress address) {
        byte[] other = address.getAddress();
        return other.length * 8 == width
                && prefix(new BigInteger(1, other), bits).equals(prefix(network, bits));
    }

    /** Whether the two have an address in common. */
    boolean overlaps(Cidr other) {
        int common = Math.min(bits, other.bits);
        return width == other.width && prefix(network, common).equals(prefix(other.network, common));
    }

    /** Whether nothing is set behind the prefix. */
    boolean isNetworkAddress() {
        return prefix(network, bits).shiftLeft(width - bits).equals(network);
    }

    boolean isIpv4() {
        return width == 32;
    }

    /** The n-th address of it; the first is a subnet's gateway. */
    String address(int n) {
        byte[] bytes = network.add(BigInteger.valueOf(n)).toByteArray();
        byte[] padded = new byte[width / 8];
        int length = Math.min(bytes.length, padded.length);
        System.arraycopy(bytes, bytes.length - length, padded, padded.length - length, length);
        try {
            return InetAddress.getByAddress(padded).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private BigInteger prefix(BigInteger address, int length) {
        return address.shiftRight(width - length);
    }
}
