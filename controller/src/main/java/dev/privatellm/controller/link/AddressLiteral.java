// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/** Reads what a stranger claims to be an IP address, and accepts only what may stand alone in a firewall rule. */
final class AddressLiteral {
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]{2,39}");

    private AddressLiteral() {}

    static InetAddress parse(String text, boolean admitsPrivate) throws IOException {
        InetAddress address;
        try {
            if (IPV4.matcher(text).matches()) {
                address = Inet4Address.ofLiteral(text);
            } else if (IPV6.matcher(text).matches()) {
                address = Inet6Address.ofLiteral(text);
            } else {
                throw new IOException("not an IP address");
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("not an IP address", e);
        }
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new IOException("not a unicast address");
        }
        if (!admitsPrivate && isPrivate(address)) {
            throw new IOException("not a public address");
        }
        return address;
    }

    /** Loopback, link-local, RFC 1918, shared address space (RFC 6598), unique local (RFC 4193), 240.0.0.0/4 and 0.0.0.0/8. */
    private static boolean isPrivate(InetAddress address) {
        if (address.isLoopbackAddress() || address.isLinkLocalAddress() || address.isSiteLocalAddress()) {
            return true;
        }
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        if (address instanceof Inet4Address) {
            return first == 0 || first >= 240 || (first == 100 && (bytes[1] & 0xc0) == 64);
        }
        return (first & 0xfe) == 0xfc;
    }
}
