// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads heads out of a connection's bytes, however they are cut, one after another. Refuses what RFC 9112 calls malformed or what readers read differently: folded lines, white space
 * before a colon, bare CR or LF, a missing or repeated {@code Host}, control characters, over-long heads. Whether length and transfer coding agree is judged by {@link BodyFraming}.
 *
 * @param <H> {@link RequestHead} or {@link ResponseHead}
 */
public final class HeadParser<H> {
    /** Empty lines ahead of a request line that are skipped (RFC 9112 section 2.2 asks for at least one). */
    static final int MAX_LEADING_EMPTY_LINES = 4;

    private interface Shape<H> {
        H head(StartLine start, Headers headers) throws MalformedMessage;
    }

    private final HeadLimits limits;
    private final boolean request;
    private final Shape<H> shape;
    private final LineReader line = new LineReader();
    private final List<Headers.Field> fields = new ArrayList<>(16);
    private @Nullable StartLine start;
    private int headBytes;
    private int emptyLines;

    private HeadParser(HeadLimits limits, boolean request, Shape<H> shape) {
        this.limits = limits;
        this.request = request;
        this.shape = shape;
    }

    public static HeadParser<RequestHead> forRequests(HeadLimits limits) {
        return new HeadParser<>(limits, true, HeadParser::request);
    }

    public static HeadParser<ResponseHead> forResponses(HeadLimits limits) {
        return new HeadParser<>(
                limits,
                false,
                (start, headers) -> new ResponseHead(start.status(), start.third(), start.minorVersion(), headers));
    }

    private static RequestHead request(StartLine start, Headers headers) throws MalformedMessage {
        int hosts = headers.all("Host").size();
        if (hosts > 1 || (hosts == 0 && start.minorVersion() > 0)) {
            throw new MalformedMessage(400, "Host missing or repeated");
        }
        return new RequestHead(start.first(), start.second(), start.minorVersion(), headers);
    }

    /**
     * Reads on. Returns the head once it is complete, having consumed nothing beyond it; null if {@code in} was used up.
     *
     * @throws MalformedMessage if no head can come of these bytes; the parser is of no further use
     */
    public @Nullable H parse(ByteBuf in) throws MalformedMessage {
        while (in.isReadable()) {
            StartLine known = start;
            int limit = limits.headBytes() - headBytes;
            boolean whole = known == null
                    ? line.read(in, Math.min(limits.startLineBytes(), limit), request ? 414 : 431)
                    : line.read(in, limit, 431);
            if (!whole) {
                return null;
            }
            headBytes += line.taken();
            if (known == null) {
                startLine();
            } else if (line.length() > 0) {
                if (fields.size() == limits.fields()) {
                    throw new MalformedMessage(431, "too many field lines");
                }
                fields.add(FieldLine.parse(line));
            } else {
                H head = shape.head(known, Headers.of(fields));
                reset();
                return head;
            }
            line.next();
        }
        return null;
    }

    private void startLine() throws MalformedMessage {
        if (line.length() > 0) {
            start = request ? StartLine.ofRequest(line) : StartLine.ofResponse(line);
        } else if (!request || ++emptyLines > MAX_LEADING_EMPTY_LINES) {
            throw new MalformedMessage(400, "empty start line");
        }
    }

    private void reset() {
        line.next();
        fields.clear();
        start = null;
        headBytes = 0;
        emptyLines = 0;
    }

    /** Whether bytes of a head were read that is not complete. Empty lines ahead of it are none. */
    public boolean isWithinHead() {
        return start != null || line.taken() > 0;
    }
}
