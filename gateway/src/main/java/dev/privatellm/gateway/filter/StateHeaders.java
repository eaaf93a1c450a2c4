// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.activation.ActivationPolicy;
import dev.privatellm.gateway.activation.Gate;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.relay.Headers;
import java.time.Duration;

/** Tells in a response head how the machine is: {@code X-PrivateLlm-State}, {@code -Stage}, {@code -Eta-Seconds}. */
final class StateHeaders {
    private StateHeaders() {}

    static Headers of(Gate gate) {
        Link link = gate.link();
        Headers headers = Headers.of("X-PrivateLlm-State", visible(link.state()));
        if (link.stage().isPresent()) {
            headers = headers.adding("X-PrivateLlm-Stage", visible(link.stage().get()));
        }
        Duration wait = ActivationPolicy.expectedWait(link, gate.linkAge()).orElse(Duration.ZERO);
        return wait.isPositive()
                ? headers.adding("X-PrivateLlm-Eta-Seconds", Long.toString(wait.toSeconds()))
                : headers;
    }

    /** A header holds visible ASCII; a state that was written with anything else is shown with question marks. */
    private static String visible(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?").trim();
    }
}
