// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections on one address and answers their requests, one virtual thread each, until it is closed. */
public final class HttpListener implements AutoCloseable {

    /** Longest that a connection is kept in silence for a reply that never comes. */
    static final int MAX_SILENCE_MILLIS = 30 * 60 * 1000;

    private static final int BACKLOG = 1024;
    private static final Logger log = LoggerFactory.getLogger(HttpListener.class);

    private final ServerSocket server;
    private final HttpHandler handler;
    private final ConnectionTap tap;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    private record Connection(Socket socket, Thread thread) {}

    private HttpListener(ServerSocket server, HttpHandler handler, ConnectionTap tap) {
        this.server = server;
        this.handler = handler;
        this.tap = tap;
    }

    /**
     * Starts to listen.
     *
     * @throws IOException if the address is in use or does not exist here
     */
    public static HttpListener start(InetSocketAddress address, HttpHandler handler, ConnectionTap tap)
            throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(address, BACKLOG);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        HttpListener listener = new HttpListener(server, handler, tap);
        Thread.ofVirtual().name("http-accept-" + server.getLocalPort()).start(listener::accept);
        return listener;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().name("http-" + socket.getPort()).start(() -> serve(socket));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    log.warn("Accepting failed on {}", address(), e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        Connection connection = new Connection(socket, Thread.currentThread());
        connections.add(connection);
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(tap.wrap(socket, socket.getInputStream()), 16 * 1024);
            InetSocketAddress from = (InetSocketAddress) socket.getRemoteSocketAddress();
            boolean open = !server.isClosed();
            while (open) {
                HttpCall call = HttpReader.read(in, socket.getOutputStream(), from);
                open = call != null && answer(socket, in, call);
            }
        } catch (BadRequest e) {
            log.debug("Malformed request: {}", e.getMessage());
        } catch (IOException | UncheckedIOException e) {
            log.debug("Connection ended: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    private boolean answer(Socket socket, InputStream in, HttpCall call) throws IOException, InterruptedException {
        HttpReply reply = handler.handle(call);
        if (reply.status() == HttpReply.NEVER) {
            socket.setSoTimeout(MAX_SILENCE_MILLIS);
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return false;
        }
        boolean keep = !call.header("connection").orElse("").equalsIgnoreCase("close");
        HttpWriter.write(socket.getOutputStream(), reply, !call.method().equals("HEAD"), keep);
        return keep;
    }

    /** Stops to accept and cuts every connection. */
    @Override
    public void close() {
        quietly(server);
        for (Connection connection : connections) {
            quietly(connection.socket());
            connection.thread().interrupt();
        }
    }

    private static void quietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            log.debug("Closing failed: {}", e.toString());
        }
    }
}
