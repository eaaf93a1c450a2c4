// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.time.Instant;

/** White space before a JSON text (RFC 8259 §2), which every JSON reader skips: the heartbeat of answers that are not streamed. */
record NewlineBytes() implements KeepAlive {
    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public byte[] beat(Instant now, String progress) {
        return new byte[] {'\n'};
    }
}
