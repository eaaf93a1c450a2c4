// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.relay.Headers;
import dev.privatellm.relay.StreamEnd;
import dev.privatellm.relay.StreamEnd.Refusal;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
    @ParameterizedTest(name = "{0}")
    @DisplayName("R8 a connection that never stood may be tried again")
    @EnumSource(value = Refusal.class, names = "PEER_NOT_TRUSTED", mode = EnumSource.Mode.EXCLUDE)
    void triesAgainWhatNeverLeft(Refusal refusal) {
        assertThat(RetryPolicy.afterEnd(new StreamEnd.Refused(refusal, new IOException("x"))))
                .isEqualTo(AttemptOutcome.AGAIN);
    }

    @Test
    @DisplayName("P9 a peer that is not trusted is no reason to try again or less strictly")
    void neverTriesAnUntrustedPeerAgain() {
        assertThat(RetryPolicy.afterEnd(new StreamEnd.Refused(Refusal.PEER_NOT_TRUSTED, new IOException("x"))))
                .isEqualTo(AttemptOutcome.UNTRUSTED);
    }

    @Test
    @DisplayName("R8 whatever may have been processed is not sent again")
    void neverTriesAmbiguousFailuresAgain() {
        assertThat(RetryPolicy.afterEnd(new StreamEnd.Reset("x"))).isEqualTo(AttemptOutcome.AMBIGUOUS);
        assertThat(RetryPolicy.afterEnd(new StreamEnd.Truncated("x"))).isEqualTo(AttemptOutcome.AMBIGUOUS);
        assertThat(RetryPolicy.afterEnd(new StreamEnd.Clean())).isEqualTo(AttemptOutcome.AMBIGUOUS);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 404, 429, 500, 502, 503, 504})
    void passesOnWhatTheMachineSaysForItself(int status) {
        assertThat(RetryPolicy.afterHead(status, Headers.EMPTY)).isEqualTo(AttemptOutcome.PASS);
    }

    @Test
    void onlyTheMarkMakesAnUnavailableMachineSafeToAskAgain() {
        Headers marked = Headers.of("X-PLLM-Not-Forwarded", "draining");
        assertThat(RetryPolicy.afterHead(503, marked)).isEqualTo(AttemptOutcome.AGAIN);
        assertThat(RetryPolicy.afterHead(502, marked)).isEqualTo(AttemptOutcome.PASS);
    }

    @Test
    void aRefusedBearerIsNotTheClientsFault() {
        assertThat(RetryPolicy.afterHead(401, Headers.EMPTY)).isEqualTo(AttemptOutcome.DENIED);
    }
}
