// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BodyDecoderTest {
    private static final String CHUNKED = "5\r\nhello\r\nA;x=\"y\"\r\n, my world\r\n0\r\nOne: 1\r\nTwo: 2\r\n\r\nNEXT";

    @Test
    void aChunkedBodyIsTheSameHoweverItIsCut() throws Exception {
        byte[] bytes = CHUNKED.getBytes(StandardCharsets.ISO_8859_1);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                BodyDecoder decoder = new BodyFraming.Chunked().decoder();
                StringBuilder payload = new StringBuilder();
                ByteBuf rest = Unpooled.EMPTY_BUFFER;
                int[] cuts = {0, first, second, bytes.length};
                for (int i = 0; i + 1 < cuts.length; i++) {
                    ByteBuf in = Unpooled.wrappedBuffer(bytes, cuts[i], cuts[i + 1] - cuts[i]);
                    for (ByteBuf slice = decoder.next(in); slice != null; slice = decoder.next(in)) {
                        payload.append(slice.toString(StandardCharsets.ISO_8859_1));
                    }
                    rest = Unpooled.wrappedBuffer(rest, in);
                }
                assertThat(payload).hasToString("hello, my world");
                assertThat(decoder.trailers()).isEqualTo(Headers.of("One", "1", "Two", "2"));
                assertThat(rest.toString(StandardCharsets.ISO_8859_1)).isEqualTo("NEXT");
            }
        }
    }

    /** Counts the bytes that are looked at one by one. */
    private static final class Counting extends UnpooledHeapByteBuf {
        private long looks;

        Counting(byte[] bytes) {
            super(UnpooledByteBufAllocator.DEFAULT, bytes, bytes.length);
        }

        @Override
        public byte readByte() {
            looks++;
            return super.readByte();
        }
    }

    @Test
    @DisplayName("R10 the work per byte of a line of 100 MB is constant: framing is looked at once and payload never")
    void theWorkPerByteIsConstant() throws Exception {
        int pieceBytes = 16 * 1024;
        int pieces = 100 * 1024 * 1024 / pieceBytes;
        byte[] head = (Integer.toHexString(pieceBytes) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] piece = new byte[head.length + pieceBytes + 2];
        System.arraycopy(head, 0, piece, 0, head.length);
        piece[piece.length - 2] = '\r';
        piece[piece.length - 1] = '\n';
        BodyDecoder decoder = new BodyFraming.Chunked().decoder();
        long looks = 0;
        long payload = 0;
        for (int i = 0; i < pieces; i++) {
            Counting in = new Counting(piece);
            for (ByteBuf slice = decoder.next(in); slice != null; slice = decoder.next(in)) {
                assertThat(slice.unwrap()).isSameAs(in);
                payload += slice.readableBytes();
                slice.release();
            }
            looks += in.looks;
            in.release();
        }
        assertThat(payload).isEqualTo((long) pieces * pieceBytes);
        assertThat(looks).isEqualTo((long) pieces * (head.length + 2));
    }
}
