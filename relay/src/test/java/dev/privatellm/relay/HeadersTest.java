// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HeadersTest {
    @Test
    void namesAreFoundInAnyCaseAndKeepOrderAndSpelling() {
        Headers headers = Headers.of("Accept", "a", "X-B", "1", "accept", "b");
        assertThat(headers.first("ACCEPT")).contains("a");
        assertThat(headers.all("accept")).containsExactly("a", "b");
        assertThat(headers).extracting(Headers.Field::name).containsExactly("Accept", "X-B", "accept");
        assertThat(headers.with("ACCEPT", "c").all("accept")).containsExactly("c");
    }

    @Test
    void whatConcernsOneConnectionDoesNotTravelOn() {
        Headers headers = Headers.of(
                "Connection",
                "close, X-Hop",
                "x-hop",
                "1",
                "Keep-Alive",
                "5",
                "TE",
                "trailers",
                "Transfer-Encoding",
                "chunked",
                "Upgrade",
                "h2c",
                "Proxy-Authorization",
                "p",
                "Proxy-Whatever",
                "p",
                "Trailer",
                "T",
                "Content-Length",
                "3",
                "X-End",
                "2");
        assertThat(HeaderHygiene.endToEnd(headers)).isEqualTo(Headers.of("Content-Length", "3", "X-End", "2"));
    }

    @Test
    void aValueThatWouldSplitTheHeadCannotBeMade() {
        assertThatThrownBy(() -> Headers.of("A", "b\r\nC: d")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Headers.of("A b", "c")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RequestHead.of("GET", "/ HTTP/1.1\r\nA: b", Headers.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void valuesDoNotShowInText() {
        assertThat(Headers.of("Authorization", "Bearer secret").toString())
                .contains("Authorization")
                .doesNotContain("secret");
    }
}
