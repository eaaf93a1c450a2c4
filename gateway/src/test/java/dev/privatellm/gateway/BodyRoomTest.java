// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.privatellm.gateway.fake.GatewayFixture;
import dev.privatellm.gateway.fake.RawClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Room in memory for the bodies of requests that wait. */
class BodyRoomTest {
    private static final int ROOM = 40 << 10;

    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new GatewayFixture(config -> new GatewayConfig(
                config.host(),
                0,
                config.allowedHosts(),
                true,
                "test",
                GatewayFixture.limits(9, 64 << 10, ROOM, GatewayFixture.RETRY_DELAY)));
    }

    @BeforeEach
    void sleep() {
        fixture.forget();
        fixture.publish(fixture.asleep());
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @Test
    @DisplayName("R5 packed bodies take the room that they take unpacked")
    void packedBodiesTakeTheirUnpackedRoom() throws Exception {
        try (RawClient larger = fixture.connect()) {
            RawClient.Response response = packed(larger, "gzip", ROOM + 1).response();

            assertThat(response.status()).isEqualTo(503);
            assertThat(response.body()).contains("too many request bodies wait in memory");
        }
        try (RawClient first = fixture.connect();
                RawClient second = fixture.connect()) {
            packed(first, "gzip", ROOM * 3 / 4);
            fixture.awaitHeld(1);
            assertThat(packed(second, "deflate", ROOM / 2).response().status()).isEqualTo(503);
        }
        await().until(() -> fixture.held() == 0);
    }

    @Test
    @DisplayName("R5 the room of a body is given back once: unpacked, refused, or when its client leaves")
    void roomIsGivenBackOnce() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (RawClient packed = fixture.connect();
                    RawClient plain = fixture.connect();
                    RawClient refused = fixture.connect();
                    RawClient malformed = fixture.connect()) {
                assertThat(packed(refused, "gzip", ROOM + 1).response().status())
                        .isEqualTo(503);
                assertThat(malformed
                                .post("/api/generate", "{" + "x".repeat(ROOM / 2))
                                .response()
                                .status())
                        .isEqualTo(400);
                RawClient leaves = fixture.connect();
                leaves.send("POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + ROOM + "\r\n\r\n"
                        + "x".repeat(ROOM / 2));
                await().until(() -> fixture.gateway.status().running() == 1);
                leaves.close();
                await().until(() -> fixture.gateway.status().running() == 0);
                packed(packed, "gzip", ROOM - 2_000);
                fixture.awaitHeld(1);
                plain.post("/api/generate", body(1_900));
                fixture.awaitHeld(2);
            }
            await().until(() -> fixture.held() == 0 && fixture.gateway.status().running() == 0);
        }
    }

    @Test
    void aBodyThatIsNotPackedAsItSaysIsRefused() throws Exception {
        try (RawClient client = fixture.connect()) {
            RawClient.Response response = client.post("/api/generate", body(100), "Content-Encoding: gzip")
                    .response();

            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("body is no gzip");
        }
    }

    private static RawClient packed(RawClient client, String encoding, int unpackedBytes) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var packing = encoding.equals("gzip") ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
            packing.write(body(unpackedBytes).getBytes(StandardCharsets.UTF_8));
        }
        return client.send("POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: " + encoding
                        + "\r\nContent-Length: " + bytes.size() + "\r\n\r\n")
                .send(bytes.toByteArray());
    }

    private static String body(int bytes) {
        String frame = "{\"model\":\"tiny\",\"prompt\":\"\"}";
        return frame.replace("\"\"", "\"" + "x".repeat(bytes - frame.length()) + "\"");
    }
}
