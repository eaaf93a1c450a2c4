// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class ListenPortTest {
    private final InetAddress loopback = InetAddress.getLoopbackAddress();

    @Test
    void namesTheProcessThatHasThePort() throws Exception {
        try (var taken = new ServerSocket(0, 1, loopback)) {
            assertThat(ListenPort.isFree(loopback, taken.getLocalPort())).isFalse();
            assertThat(ListenPort.holder(taken.getLocalPort()))
                    .startsWith("pid " + ProcessHandle.current().pid())
                    .contains("java");
        }
    }

    @Test
    void takesTheNextFreePort() throws Exception {
        try (var taken = new ServerSocket(0, 1, loopback)) {
            int next = ListenPort.nextFree(loopback, taken.getLocalPort()).orElseThrow();

            assertThat(next).isGreaterThan(taken.getLocalPort());
            assertThat(ListenPort.isFree(loopback, next)).isTrue();
        }
    }
}
