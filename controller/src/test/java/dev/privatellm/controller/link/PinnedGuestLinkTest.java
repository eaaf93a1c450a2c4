// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.pki.CertificateAuthority;
import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.pki.EpochIssuer;
import dev.privatellm.machine.pki.Identity;
import dev.privatellm.machine.pki.KeyAlgorithm;
import dev.privatellm.machine.pki.MemoryEpochStore;
import dev.privatellm.machine.pki.TestPki;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Over real TLS: the right machine is called, and everyone else is refused by name. */
class PinnedGuestLinkTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final CertificateAuthority AUTHORITY = TestPki.authority(KeyAlgorithm.ECDSA_P256, CLOCK);
    private static final EpochIssuer ISSUER = TestPki.issuer(AUTHORITY, CLOCK);
    private static final Epoch EPOCH = ISSUER.issue(1, TestPki.SERVER_NAME, Optional.empty());

    private final MemoryEpochStore epochs = new MemoryEpochStore();
    private PinnedGuestLink link;

    @BeforeEach
    void open() {
        epochs.save(EPOCH);
        link = new PinnedGuestLink(epochs, InstantSource.system());
    }

    @AfterEach
    void close() {
        link.close();
    }

    @Test
    void readsHealthOfTheRightMachine() throws Exception {
        try (TlsGuest guest = TlsGuest.of(EPOCH)) {
            GuestHealth health = link.health(guest.address(EPOCH), -1, Duration.ZERO);
            assertThat(health.state()).isEqualTo(GuestHealth.State.BOOTING);
            assertThat(health.percent()).contains(7);
            assertThat(health.models()).containsExactly(new GuestHealth.Model("m", Optional.empty(), true));
            assertThat(health.lastActivity()).isPresent();
            assertThat(guest.clients).containsExactly("CN=private-llm-client,OU=controller");
            assertThat(guest.serverNames)
                    .as("SNI, though an address is dialled")
                    .containsExactly(TestPki.SERVER_NAME);
        }
    }

    @Test
    void beatsDrainsAndNamesBundles() throws Exception {
        try (TlsGuest guest = TlsGuest.of(EPOCH)) {
            GuestAddress address = guest.address(EPOCH);
            link.heartbeat(address, "me", 4);
            assertThat(link.drain(address, true)).isEqualTo(3);
            link.loadBundle(address, "projects/p/secrets/s/versions/7", 2);
            assertThat(guest.calls).hasSize(3);
            assertThat(guest.calls.get(0))
                    .startsWith("POST /pllm/v1/heartbeat")
                    .contains("\"holder\":\"me\"", "\"epoch\":4");
            assertThat(guest.calls.get(1)).isEqualTo("POST /pllm/v1/drain {\"on\":true}");
            assertThat(guest.calls.get(2))
                    .contains("\"version\":\"projects/p/secrets/s/versions/7\"", "\"generation\":2");
        }
    }

    @Test
    @DisplayName("P9 another leaf of the right authority and name is refused by the pin, and asked nothing")
    void wrongPinIsRefused() throws Exception {
        Epoch other = ISSUER.issue(1, TestPki.SERVER_NAME, Optional.empty());
        try (TlsGuest guest = TlsGuest.of(other)) {
            assertUntrusted(guest.address(EPOCH), "wrong pin");
            assertThat(guest.calls).isEmpty();
        }
    }

    @Test
    @DisplayName("P9 without certificates of the named generation there is no connection")
    void noPinNoConnection() throws Exception {
        try (TlsGuest guest = TlsGuest.of(EPOCH)) {
            assertUntrusted(
                    guest.address(TestPki.SERVER_NAME, EPOCH.pin().orElseThrow().hex(), 2), "generation 2");
            assertUntrusted(guest.address(TestPki.SERVER_NAME, "0".repeat(64), 1), "wrong pin");
        }
    }

    @Test
    @DisplayName("P17 the pin of the epoch that follows is accepted as well, and only while it is named")
    void nextPinIsAccepted() throws Exception {
        Epoch next = ISSUER.issue(2, TestPki.SERVER_NAME, Optional.of(EPOCH));
        try (TlsGuest guest = new TlsGuest(
                TestPki.serverOf(next),
                next.authority(),
                EPOCH.tokens().manage().value())) {
            GuestAddress now = guest.address(EPOCH);
            GuestAddress overlapping = new GuestAddress(
                    now.host(),
                    now.port(),
                    now.serverName(),
                    now.pin(),
                    Optional.of(next.pin().orElseThrow().hex()),
                    1);
            assertThat(link.health(overlapping, -1, Duration.ZERO).seq()).isEqualTo(1);
            assertUntrusted(now, "wrong pin");
        }
    }

    @Test
    @DisplayName("C15 a stranger's machine at our old address is refused by its chain")
    void wrongAuthorityIsRefused() throws Exception {
        CertificateAuthority stranger = TestPki.authority(KeyAlgorithm.ECDSA_P256, CLOCK);
        Epoch foreign = TestPki.issuer(stranger, CLOCK).issue(1, TestPki.SERVER_NAME, Optional.empty());
        try (TlsGuest guest = TlsGuest.of(foreign)) {
            assertUntrusted(
                    guest.address(
                            TestPki.SERVER_NAME, foreign.pin().orElseThrow().hex(), 1),
                    "wrong chain");
        }
    }

    @Test
    void wrongNameIsRefusedThoughPinned() throws Exception {
        Epoch named = ISSUER.issue(1, "somebody-else", Optional.empty());
        try (TlsGuest guest = TlsGuest.of(named)) {
            assertUntrusted(
                    guest.address(TestPki.SERVER_NAME, named.pin().orElseThrow().hex(), 1),
                    "wrong name: [somebody-else]");
        }
    }

    @Test
    void clientCertificateIsNoServer() throws Exception {
        try (TlsGuest guest = new TlsGuest(
                EPOCH.gateway(), EPOCH.authority(), EPOCH.tokens().manage().value())) {
            String pin = dev.privatellm.machine.pki.Fingerprint.of(
                            EPOCH.gateway().certificate())
                    .hex();
            assertUntrusted(guest.address(TestPki.SERVER_NAME, pin, 1), "wrong usage");
        }
    }

    @Test
    void serverWhoseCertificateHasEndedIsRefused() throws Exception {
        try (TlsGuest guest = TlsGuest.of(EPOCH);
                PinnedGuestLink late =
                        new PinnedGuestLink(epochs, InstantSource.offset(InstantSource.system(), Duration.ofDays(8)))) {
            assertThatThrownBy(() -> late.health(guest.address(EPOCH), -1, Duration.ZERO))
                    .isInstanceOf(GuestFailure.Untrusted.class)
                    .hasMessageContaining("wrong chain");
        }
    }

    @Test
    void expiredClientCertificateIsRefusedByName() throws Exception {
        Clock longAgo = Clock.offset(CLOCK, Duration.ofDays(-8));
        Identity expired = TestPki.issuer(AUTHORITY, longAgo)
                .issue(1, TestPki.SERVER_NAME, Optional.empty())
                .controller();
        epochs.save(new Epoch(
                1,
                TestPki.SERVER_NAME,
                EPOCH.authority(),
                EPOCH.alsoTrusted(),
                EPOCH.server(),
                expired,
                EPOCH.gateway(),
                EPOCH.tokens(),
                Optional.empty()));
        try (SSLServerSocket strict = strictServer()) {
            Thread.ofVirtual().start(() -> readAll(strict));
            GuestAddress address = new GuestAddress(
                    "127.0.0.1",
                    strict.getLocalPort(),
                    EPOCH.serverName(),
                    EPOCH.pin().orElseThrow().hex(),
                    Optional.empty(),
                    1);
            assertThatThrownBy(() -> link.health(address, -1, Duration.ZERO))
                    .isInstanceOf(GuestFailure.Refused.class)
                    .hasMessageContaining("fatal alert: certificate_");
        }
    }

    /** The JDK's HTTP server ends such a connection before its alert has left; a plain TLS socket sends it. */
    private static SSLServerSocket strictServer() throws Exception {
        SSLServerSocket socket = (SSLServerSocket) TlsGuest.context(TestPki.serverOf(EPOCH), EPOCH.authority())
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(true);
        return socket;
    }

    /** The client may try twice, since nothing was answered to its first request. */
    private static void readAll(ServerSocket listening) {
        while (!listening.isClosed()) {
            try (java.net.Socket client = listening.accept()) {
                client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            } catch (java.io.IOException refusedOrClosed) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void wrongBearerIsRefusedByName() throws Exception {
        try (TlsGuest guest = new TlsGuest(TestPki.serverOf(EPOCH), EPOCH.authority(), "another")) {
            assertThatThrownBy(() -> link.health(guest.address(EPOCH), -1, Duration.ZERO))
                    .isInstanceOfSatisfying(
                            GuestFailure.Refused.class,
                            refused -> assertThat(refused.status()).isEqualTo(401))
                    .hasMessageNotContaining(EPOCH.tokens().manage().value());
        }
    }

    @Test
    void nobodyListeningIsUnreachable() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        GuestAddress nobody = new GuestAddress(
                "127.0.0.1",
                port,
                TestPki.SERVER_NAME,
                EPOCH.pin().orElseThrow().hex(),
                Optional.empty(),
                1);
        assertThatThrownBy(() -> link.health(nobody, -1, Duration.ZERO)).isInstanceOf(GuestFailure.Unreachable.class);
    }

    @Test
    void connectionClosedWithoutAByteIsUnreachable() throws Exception {
        try (ServerSocket closing = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> closeAll(closing));
            GuestAddress filtered = new GuestAddress(
                    "127.0.0.1",
                    closing.getLocalPort(),
                    TestPki.SERVER_NAME,
                    EPOCH.pin().orElseThrow().hex(),
                    Optional.empty(),
                    1);
            assertThatThrownBy(() -> link.health(filtered, -1, Duration.ZERO))
                    .isInstanceOf(GuestFailure.Unreachable.class);
        }
    }

    @Test
    void manyCallsMakeOneHandshake() throws Exception {
        try (TlsGuest guest = TlsGuest.of(EPOCH)) {
            for (int i = 0; i < 20; i++) {
                link.heartbeat(guest.address(EPOCH), "me", 1);
            }
            assertThat(guest.calls).hasSize(20);
            assertThat(guest.sessions()).isEqualTo(1);
        }
    }

    private void assertUntrusted(GuestAddress address, String why) {
        assertThatThrownBy(() -> link.health(address, -1, Duration.ZERO))
                .isInstanceOf(GuestFailure.Untrusted.class)
                .hasMessageContaining(why);
    }

    private static void closeAll(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                listening.accept().close();
            } catch (java.io.IOException e) {
                return;
            }
        }
    }
}
