// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static dev.privatellm.lab.gcp.Clients.PROJECT;
import static dev.privatellm.lab.gcp.Clients.ZONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.cloud.compute.v1.DeleteFirewallRequest;
import com.google.cloud.compute.v1.Firewall;
import com.google.cloud.compute.v1.InsertFirewallRequest;
import com.google.cloud.compute.v1.UpdateFirewallRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FirewallTest {

    private static final Duration SOON = Duration.ofSeconds(15);

    private static GoogleCloud cloud;
    private static Clients clients;
    private static Lab lab;

    private final String name = Clients.newName();

    @BeforeAll
    static void startCloud() throws IOException {
        cloud = GoogleCloud.start(GoogleCloudOptions.defaults()
                .withBoot(Duration.ZERO)
                .withLags(Lags.none())
                .withGuest(EchoGuest.command()));
        clients = new Clients(cloud);
        lab = new Lab(cloud);
    }

    @AfterAll
    static void closeCloud() throws IOException {
        clients.close();
        cloud.close();
    }

    @Test
    void letsNobodyInUntilARuleDoesAndNobodyOnceItIsGone() throws IOException {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);
        awaitUp();
        assertThat(answers("127.0.0.1")).isFalse();
        insert(Clients.rule(name, "127.0.0.1/32"));
        assertThat(answers("127.0.0.1")).isTrue();
        assertThat(answers("127.0.0.2")).isFalse();
        try (Socket held = connect("127.0.0.1")) {
            assertThat(echo(held, "admitted")).isEqualTo("admitted");
            clients.await(clients.firewalls
                    .deleteCallable()
                    .call(DeleteFirewallRequest.newBuilder()
                            .setProject(PROJECT)
                            .setFirewall(name + "-ingress")
                            .build()));
            assertThat(echo(held, "still here")).isEqualTo("still here");
        }
        assertThat(answers("127.0.0.1")).isFalse();
        assertThat(new String(lab.outbound(), StandardCharsets.UTF_8)).contains("still here");
    }

    @Test
    void judgesByTagPortAndPriority() {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);
        awaitUp();
        Firewall rule = Clients.rule(name, "127.0.0.0/8");
        insert(rule.toBuilder().clearTargetTags().addTargetTags("other").build());
        assertThat(answers("127.0.0.1")).isFalse();
        update(rule.toBuilder()
                .setAllowed(0, rule.getAllowed(0).toBuilder().clearPorts().addPorts("8081-9000"))
                .build());
        assertThat(answers("127.0.0.1")).isFalse();
        update(rule.toBuilder().setDisabled(true).build());
        assertThat(answers("127.0.0.1")).isFalse();
        update(rule);
        assertThat(answers("127.0.0.1")).isTrue();
        insert(rule.toBuilder()
                .setName(name + "-deny")
                .clearAllowed()
                .addDenied(com.google.cloud.compute.v1.Denied.newBuilder().setIPProtocol("all"))
                .setPriority(899)
                .build());
        assertThat(answers("127.0.0.1")).isFalse();
    }

    @Test
    void turnsAMachineOffThatAsksForIt() throws IOException {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);
        awaitUp();
        insert(Clients.rule(name, "127.0.0.1/32"));
        try (Socket socket = connect("127.0.0.1")) {
            assertThat(echo(socket, "off")).isEqualTo("off");
        }
        await().atMost(SOON).until(() -> clients.status(name).equals("TERMINATED"));
        assertThat(lab.address(name)).isEmpty();
    }

    @Test
    void refusesARuleThatIsNone() {
        Firewall rule = Clients.rule(name, "127.0.0.1/32");
        assertThatThrownBy(() -> insert(
                        rule.toBuilder().setSourceRanges(0, "127.0.0.300/32").build()))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("sourceRanges");
        assertThatThrownBy(() -> insert(rule.toBuilder().clearAllowed().build()))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> clients.firewalls.get(PROJECT, name + "-ingress"))
                .isInstanceOf(NotFoundException.class);
    }

    private void awaitUp() {
        await().atMost(SOON)
                .until(() -> clients.instances
                        .getSerialPortOutput(PROJECT, ZONE, name)
                        .getContents()
                        .contains("echo is up"));
    }

    private static void insert(Firewall rule) {
        clients.await(clients.firewalls
                .insertCallable()
                .call(InsertFirewallRequest.newBuilder()
                        .setProject(PROJECT)
                        .setFirewallResource(rule)
                        .build()));
    }

    private static void update(Firewall rule) {
        clients.await(clients.firewalls
                .updateCallable()
                .call(UpdateFirewallRequest.newBuilder()
                        .setProject(PROJECT)
                        .setFirewall(rule.getName())
                        .setFirewallResource(rule)
                        .build()));
    }

    private Socket connect(String from) throws IOException {
        String[] address = lab.address(name).split(":", -1);
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(address[0], Integer.parseInt(address[1])), 2000);
        socket.setSoTimeout(5000);
        return socket;
    }

    private boolean answers(String from) {
        try (Socket socket = connect(from)) {
            return echo(socket, "hello").equals("hello");
        } catch (IOException _) {
            return false;
        }
    }

    private static String echo(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return new String(socket.getInputStream().readNBytes(text.length()), StandardCharsets.UTF_8);
    }
}
