// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import dev.privatellm.lab.gcp.record.Outbound;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine's external address. Every new connection is judged by the firewall as it is then; one that is not admitted is ended without a byte, an
 * established one lives on when the rule goes, as a stateful firewall lets it. What comes from outside is recorded; bytes are passed on as they come.
 */
final class Door implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final int CONNECT_MILLIS = 2000;
    private static final int BUFFER = 32 * 1024;
    private static final Logger log = LoggerFactory.getLogger(Door.class);

    private final ServerSocket server = new ServerSocket();
    private final Address inside;
    private final Predicate<InetAddress> admits;
    private final Outbound outbound;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    Door(Address outside, Address inside, Predicate<InetAddress> admits, Outbound outbound) throws IOException {
        this.inside = inside;
        this.admits = admits;
        this.outbound = outbound;
        server.setReuseAddress(true);
        server.bind(outside.socket(), BACKLOG);
        Thread.ofVirtual().name("door-" + outside).start(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket peer = server.accept();
                Thread.ofVirtual().start(() -> judge(peer));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    log.warn("Accepting failed for {}", inside, e);
                }
            }
        }
    }

    private void judge(Socket peer) {
        Socket machine = new Socket();
        open.add(peer);
        open.add(machine);
        try {
            if (server.isClosed() || !admits.test(((InetSocketAddress) peer.getRemoteSocketAddress()).getAddress())) {
                cut(peer);
                return;
            }
            peer.setTcpNoDelay(true);
            machine.setTcpNoDelay(true);
            machine.connect(inside.socket(), CONNECT_MILLIS);
            InputStream said = outbound.tee("machine", peer, peer.getInputStream());
            Thread back = Thread.ofVirtual().start(() -> pass(machine, peer));
            pump(said, machine);
            back.join();
        } catch (IOException e) {
            log.debug("Connection to {} ended: {}", inside, e.toString());
            cut(peer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            quietly(peer);
            quietly(machine);
            open.remove(peer);
            open.remove(machine);
        }
    }

    private void pass(Socket machine, Socket peer) {
        try {
            pump(machine.getInputStream(), peer);
        } catch (IOException e) {
            log.debug("Connection from {} ended: {}", inside, e.toString());
            cut(peer);
            cut(machine);
        }
    }

    private static void pump(InputStream in, Socket to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        OutputStream out = to.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
        }
        to.shutdownOutput();
    }

    /** Ends a connection by a reset, so that nobody takes it for a clean end. */
    private static void cut(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException e) {
            log.debug("Socket is closed already: {}", e.toString());
        }
        quietly(socket);
    }

    private static void quietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            log.debug("Closing failed: {}", e.toString());
        }
    }

    /** The address is gone, and every connection with it. */
    @Override
    public void close() {
        quietly(server);
        open.forEach(Door::cut);
    }
}
