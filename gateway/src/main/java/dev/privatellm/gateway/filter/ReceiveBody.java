// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.exchange.BodySink;
import dev.privatellm.gateway.exchange.Chain;
import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.Filter;
import dev.privatellm.gateway.exchange.Response;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.schema.Endpoint;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.InvalidRequest;
import dev.privatellm.gateway.schema.PathClass;
import dev.privatellm.gateway.schema.Reason;
import dev.privatellm.gateway.schema.RequestReader;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;

/**
 * Collects the body of a call that is read before it is sent on, and reads from it what matters. Bounded in size for one call and for all of them together,
 * decompressed; a body that is to be streamed stays where it is.
 */
public final class ReceiveBody implements Filter {
    private static final int FIRST_GUESS_BYTES = 4 << 10;

    private final Limits limits;
    private final BodyBudget budget;

    public ReceiveBody(Limits limits, BodyBudget budget) {
        this.limits = limits;
        this.budget = budget;
    }

    @Override
    public void handle(Exchange exchange, Response response, Chain next) {
        if (exchange.call().pathClass() == PathClass.MANAGE || exchange.call().pathClass() == PathClass.NOT_FOUND) {
            next.proceed(exchange, response);
            return;
        }
        Optional<String> encoding = exchange.head()
                .headers()
                .first("Content-Encoding")
                .map(word -> word.trim().toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty() && !word.equals("identity"));
        if (encoding.isPresent() && !BodyEncoding.isKnown(encoding.get())) {
            response.fail(Failure.of(
                    Reason.INVALID_REQUEST, "Content-Encoding: not understood (expected: gzip, deflate or none)"));
            return;
        }
        if (declaredLength(exchange) > limits.maxBodyBytes()) {
            response.fail(tooLarge());
            return;
        }
        Collector collector = new Collector(exchange, response, next, encoding);
        exchange.onOver(collector::release);
        exchange.receive(collector);
    }

    private Failure tooLarge() {
        return Failure.of(Reason.BODY_TOO_LARGE, "the request body is larger than " + limits.maxBodyBytes() + " bytes");
    }

    private static long declaredLength(Exchange exchange) {
        try {
            return exchange.head()
                    .headers()
                    .first("Content-Length")
                    .map(Long::parseLong)
                    .orElse(0L);
        } catch (NumberFormatException beyondLong) {
            return Long.MAX_VALUE;
        }
    }

    private final class Collector implements BodySink {
        private final Exchange exchange;
        private final Response response;
        private final Chain next;
        private final Optional<String> encoding;
        private ByteArrayOutputStream received = new ByteArrayOutputStream(FIRST_GUESS_BYTES);
        private long reserved;
        private boolean refused;

        Collector(Exchange exchange, Response response, Chain next, Optional<String> encoding) {
            this.exchange = exchange;
            this.response = response;
            this.next = next;
            this.encoding = encoding;
        }

        @Override
        public void slice(ByteBuf slice) {
            try {
                if (!refused) {
                    int bytes = slice.readableBytes();
                    take(bytes, received.size() + (long) bytes);
                    append(slice, bytes);
                }
            } catch (BodyEncoding.NoRoom full) {
                refuse(full.failure());
            } finally {
                slice.release();
            }
        }

        /** Reserves room for so many bytes more of a body, or of a form of it, that then has so many. */
        private void take(int bytes, long whole) throws BodyEncoding.NoRoom {
            if (whole > limits.maxBodyBytes()) {
                throw new BodyEncoding.NoRoom(tooLarge());
            }
            if (!budget.reserve(bytes)) {
                throw new BodyEncoding.NoRoom(Failure.of(Reason.QUEUE_FULL, "too many request bodies wait in memory"));
            }
            reserved += bytes;
        }

        private void append(ByteBuf slice, int bytes) {
            byte[] copy = new byte[bytes];
            slice.readBytes(copy);
            received.write(copy, 0, bytes);
        }

        private void refuse(Failure failure) {
            refused = true;
            received = new ByteArrayOutputStream(0);
            release();
            response.fail(failure);
        }

        @Override
        public void end() {
            if (refused) {
                return;
            }
            try {
                byte[] body = received.toByteArray();
                received = new ByteArrayOutputStream(0);
                if (encoding.isPresent()) {
                    body = decoded(encoding.get(), body);
                }
                exchange.body(body, this::release);
                read(body);
            } catch (InvalidRequest offence) {
                refuse(offence.failure());
                return;
            } catch (BodyEncoding.NoRoom full) {
                refuse(full.failure());
                return;
            }
            exchange.guarded(response, () -> next.proceed(exchange, response));
        }

        /** Until it is done both forms are in memory, and both are reserved. */
        private byte[] decoded(String word, byte[] encoded) throws InvalidRequest, BodyEncoding.NoRoom {
            long before = reserved;
            byte[] body = BodyEncoding.decode(word, encoded, bytes -> take(bytes, reserved - before + bytes));
            budget.release(before);
            reserved -= before;
            return body;
        }

        private void read(byte[] body) throws InvalidRequest {
            Endpoint endpoint = exchange.call().endpoint();
            if (endpoint.api().isPresent()) {
                exchange.facts(RequestReader.read(endpoint, new ByteArrayInputStream(body)));
            }
        }

        void release() {
            budget.release(reserved);
            reserved = 0;
        }
    }
}
