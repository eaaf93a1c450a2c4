// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ServerConnectionTest {
    private static final String TWO_REQUESTS =
            "POST /a?x=1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nT: v\r\n\r\n"
                    + "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nConnection: close\r\n\r\nxyz";

    @Test
    void answersTwoPipelinedRequestsHoweverTheyAreCut() throws Exception {
        byte[] bytes = TWO_REQUESTS.getBytes(StandardCharsets.ISO_8859_1);
        try (RelayServer server = RelayServer.start(new Echo())) {
            for (int cut = 0; cut <= bytes.length; cut++) {
                try (RawClient client = RawClient.connect(server.address())) {
                    client.send(bytes, 0, cut).send(bytes, cut, bytes.length);
                    assertThat(client.readAll())
                            .as("cut at %d", cut)
                            .isEqualTo(
                                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 21\r\n\r\nPOST /a?x=1 abcde T=v"
                                            + "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 11\r\nConnection: close\r\n\r\nPOST /b xyz");
                }
            }
        }
    }
}
