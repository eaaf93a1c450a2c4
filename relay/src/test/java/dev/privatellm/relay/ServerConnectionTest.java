// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    void trailersThatAHeadAloneMayHaveAreDropped() throws Exception {
        try (RelayServer server = RelayServer.start(new Echo());
                RawClient client = RawClient.connect(server.address())) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
            client.send("1\r\na\r\n0\r\n");
            client.send("Content-Length: 9\r\nT: v\r\nHost: other\r\nAuthorization: Bearer x\r\n");
            client.send("transfer-encoding: chunked\r\n\r\n");
            assertThat(client.readAll()).endsWith("\r\n\r\nPOST / a T=v");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Length: 4\\r\\nTransfer-Encoding: chunked | 400",
                "Content-Length: 4\\r\\nContent-Length: 5 | 400",
                "Transfer-Encoding: gzip, chunked | 501",
                "A: b\\r\\n folded: c | 400"
            })
    void whatFollowsAnAmbiguousHeadIsNeverARequest(String fields, String status) throws Exception {
        try (RelayServer server = RelayServer.start(new Echo());
                RawClient client = RawClient.connect(server.address())) {
            client.send("POST /1 HTTP/1.1\r\nHost: h\r\n" + fields.replace("\\r\\n", "\r\n") + "\r\n\r\n"
                    + "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 " + status)
                    .contains("Connection: close")
                    .doesNotContain("smuggled")
                    .doesNotContain("200 OK");
        }
    }

    @Test
    void aHeadBeyondItsBoundIsRefusedBeforeItEnds() throws Exception {
        try (RelayServer server = RelayServer.start(new Echo());
                RawClient client = RawClient.connect(server.address())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nA: " + "a".repeat(HeadLimits.DEFAULT.headBytes()));
            assertThat(client.readAll()).startsWith("HTTP/1.1 431 ");
        }
    }
}
