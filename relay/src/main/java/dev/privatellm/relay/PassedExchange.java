// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Watches an exchange that another handler of the pipeline answers, only to know where its request and its response end. What it cannot follow (another protocol after 101, a response
 * that the connection's end delimits, a message that is no bytes) it regards as never ending, so that nothing of it is ever taken for ours.
 */
final class PassedExchange {
    private final String method;
    private final BodyDecoder request;
    private final HeadParser<ResponseHead> heads = HeadParser.forResponses(new HeadLimits(1 << 20, 1 << 16, 4096));
    private @Nullable BodyDecoder response;
    private boolean endless;

    PassedExchange(RequestHead head, BodyFraming framing) {
        this.method = head.method();
        this.request = framing.decoder();
        this.endless = head.method().equals("CONNECT");
    }

    /** Moves over request bytes that belong to this exchange. */
    void skipRequest(ByteBuf in) throws MalformedMessage {
        if (endless) {
            in.skipBytes(in.readableBytes());
            return;
        }
        skip(request, in);
    }

    /** Looks at a response message without touching it. */
    void watchResponse(Object message) {
        if (endless) {
            return;
        }
        if (!(message instanceof ByteBuf bytes)) {
            endless = true;
            return;
        }
        ByteBuf in = bytes.duplicate();
        try {
            while (response == null && in.isReadable()) {
                ResponseHead head = heads.parse(in);
                if (head != null && head.status() == 101) {
                    endless = true;
                    return;
                }
                if (head != null && !head.isInformational()) {
                    response = BodyFraming.ofResponse(method, head).decoder();
                }
            }
            if (response != null) {
                skip(response, in);
            }
        } catch (MalformedMessage e) {
            endless = true;
        }
    }

    private static void skip(BodyDecoder decoder, ByteBuf in) throws MalformedMessage {
        while (in.isReadable() && !decoder.isEnded()) {
            ByteBuf slice = decoder.next(in);
            if (slice != null) {
                slice.release();
            }
        }
    }

    boolean isRequestEnded() {
        return !endless && request.isEnded();
    }

    boolean isEnded() {
        return isRequestEnded() && response != null && response.isEnded();
    }
}
