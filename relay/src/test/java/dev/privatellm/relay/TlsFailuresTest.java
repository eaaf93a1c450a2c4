// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;

import javax.net.ssl.SSLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only an alert about our certificate proves that nothing of the request was read. */
class TlsFailuresTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "error:1000045c:SSL routines:OPENSSL_internal:TLSV1_CERTIFICATE_REQUIRED",
                "error:10000416:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_UNKNOWN",
                "error:10000418:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA",
                "error:10000419:SSL routines:OPENSSL_internal:TLSV1_ALERT_ACCESS_DENIED",
                "(bad_certificate) Received fatal alert: bad_certificate",
                "Received fatal alert: certificate_required"
            })
    void anAlertAboutACertificateIsAJudgement(String message) {
        assertThat(TlsFailures.isJudgement(new SSLException(message))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "error:10000438:SSL routines:OPENSSL_internal:TLSV1_ALERT_INTERNAL_ERROR",
                "error:100003fc:SSL routines:OPENSSL_internal:SSLV3_ALERT_BAD_RECORD_MAC",
                "Received fatal alert: internal_error",
                "Received fatal alert: unexpected_message",
                "Connection reset by peer"
            })
    void anAlertThatMayComeInTheMiddleOfARequestIsNone(String message) {
        assertThat(TlsFailures.isJudgement(new SSLException(message))).isFalse();
    }
}
