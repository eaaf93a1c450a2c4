// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What two readers could read differently is refused, in both directions. */
class SmugglingTest {
    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(
                text.replace("\\r", "\r")
                        .replace("\\n", "\n")
                        .replace("\\t", "\t")
                        .replace("\\0", "\0"),
                StandardCharsets.ISO_8859_1);
    }

    private static void readRequest(String text) throws MalformedMessage {
        ByteBuf in = bytes(text);
        RequestHead head = HeadParser.forRequests(HeadLimits.DEFAULT).parse(in);
        assertThat(head).isNotNull();
        read(BodyFraming.ofRequest(head), in);
    }

    private static void readResponse(String text) throws MalformedMessage {
        ByteBuf in = bytes(text);
        ResponseHead head = HeadParser.forResponses(HeadLimits.DEFAULT).parse(in);
        assertThat(head).isNotNull();
        read(BodyFraming.ofResponse("GET", head), in);
    }

    private static void read(BodyFraming framing, ByteBuf in) throws MalformedMessage {
        BodyDecoder decoder = framing.decoder();
        while (in.isReadable() && !decoder.isEnded()) {
            decoder.next(in);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 3\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 3\\r\\nContent-Length: 3\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 3, 3\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: +3\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 0x3\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 9999999999999999999\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nContent-Length:\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: identity\\r\\n\\r\\n | 501",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: gzip, chunked\\r\\n\\r\\n | 501",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked, chunked\\r\\n\\r\\n | 501",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | 501",
                "GET / HTTP/1.0\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nContent-Length : 3\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nA: b\\r\\n c\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nA: b\\r\\n\\tc\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\n Host: h\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\nHost: h\\n\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\rA: b\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nA: b\\0c\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\n: b\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: h\\r\\nnocolon\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nHost: b\\r\\n\\r\\n | 400",
                "GET  / HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n | 400",
                "GET / a HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n | 400",
                "GET /\\tHTTP/1.1\\r\\nHost: h\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1 \\r\\nHost: h\\r\\n\\r\\n | 400",
                "GET /\\r\\n\\r\\n | 400",
                "GET / HTTP/2.0\\r\\nHost: h\\r\\n\\r\\n | 505",
                "GET / http/1.1\\r\\nHost: h\\r\\n\\r\\n | 400",
                "POST / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n3 \\r\\nabc\\r\\n0\\r\\n\\r\\n | 400",
                "POST / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0x3\\r\\nabc\\r\\n0\\r\\n\\r\\n | 400",
                "POST / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n-3\\r\\nabc\\r\\n0\\r\\n\\r\\n | 400",
                "POST / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n\\r\\nabc\\r\\n0\\r\\n\\r\\n | 400",
                "POST / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n10000000000000003\\r\\nabc\\r\\n0\\r\\n\\r\\n | 400",
                "POST / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n3\\nabc\\r\\n0\\r\\n\\r\\n | 400",
                "POST / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n3;a\\nb\\r\\nabc\\r\\n0\\r\\n\\r\\n | 400",
                "POST / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2\\r\\nabc\\r\\n0\\r\\n\\r\\n | 400",
                "POST / HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\nA : b\\r\\n\\r\\n | 400"
            })
    void aRequestThatCouldBeReadInTwoWaysIsRefused(String text, int status) {
        assertThatThrownBy(() -> readRequest(text))
                .isInstanceOfSatisfying(
                        MalformedMessage.class, e -> assertThat(e.status()).isEqualTo(status));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\nContent-Length: 4\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: gzip\\r\\n\\r\\n",
                "HTTP/1.0 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nA: b\\r\\n c\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\nA: b\\n\\n",
                "HTTP/1.1 20 OK\\r\\n\\r\\n",
                "HTTP/1.1 099 OK\\r\\n\\r\\n",
                "HTTP/1.1 2000\\r\\n\\r\\n",
                "HTTP/2 200 OK\\r\\n\\r\\n",
                "ICY 200 OK\\r\\n\\r\\n",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nz\\r\\n"
            })
    void aResponseThatCouldBeReadInTwoWaysIsRefused(String text) {
        assertThatThrownBy(() -> readResponse(text)).isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @CsvSource({"8300, 0, 414", "10, 17000, 431"})
    void anOverlongHeadIsRefused(int target, int field, int status) {
        String text = "GET /" + "a".repeat(target) + " HTTP/1.1\r\nHost: h\r\nA: " + "b".repeat(field) + "\r\n\r\n";
        assertThatThrownBy(() -> readRequest(text))
                .isInstanceOfSatisfying(
                        MalformedMessage.class, e -> assertThat(e.status()).isEqualTo(status));
    }
}
