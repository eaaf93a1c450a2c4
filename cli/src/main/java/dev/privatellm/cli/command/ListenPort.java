// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import oshi.SystemInfo;
import oshi.software.os.InternetProtocolStats.IPConnection;
import oshi.software.os.InternetProtocolStats.TcpState;

/** Finds out whether a TCP port can be listened on, and who has it if not. The answer may be old by the time it is used: binding decides. */
final class ListenPort {
    private static final int HIGHEST = 65535;

    private ListenPort() {}

    static boolean isFree(InetAddress host, int port) {
        try (var socket = new ServerSocket()) {
            // Without this a port whose last connections are still fading away would count as taken.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** The first free port above {@code port}; empty if there is none up to the highest. */
    static Optional<Integer> nextFree(InetAddress host, int port) {
        for (int candidate = port + 1; candidate <= HIGHEST; candidate++) {
            if (isFree(host, candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** Who listens on the port, for people: {@code pid 4711 (ollama)}, or that the system does not tell. */
    static String holder(int port) {
        return new SystemInfo()
                .getOperatingSystem().getInternetProtocolStats().getConnections().stream()
                        .filter(connection ->
                                connection.getState() == TcpState.LISTEN && connection.getLocalPort() == port)
                        .map(IPConnection::getowningProcessId)
                        .filter(pid -> pid > 0)
                        .findFirst()
                        .map(ListenPort::describe)
                        .orElse("a process that this user may not see");
    }

    private static String describe(int pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .map(command -> "pid %d (%s)".formatted(pid, command.substring(command.lastIndexOf('/') + 1)))
                .orElse("pid " + pid);
    }
}
