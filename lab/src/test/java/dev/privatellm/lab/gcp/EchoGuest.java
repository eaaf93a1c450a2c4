// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Software of a machine that sends back what it gets, and asks for power-off when it is sent {@code off}. */
final class EchoGuest {

    private EchoGuest() {}

    static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                Path.of("target", "test-classes").toAbsolutePath().toString(),
                EchoGuest.class.getName());
    }

    static void main(String[] arguments) throws IOException {
        String[] bind = System.getenv("PRIVATE_LLM_BIND").split(":", -1);
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.getByName(bind[0]), Integer.parseInt(bind[1])));
            System.out.println("echo is up");
            while (true) {
                try (Socket socket = server.accept()) {
                    InputStream in = socket.getInputStream();
                    byte[] piece = new byte[1024];
                    for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                        socket.getOutputStream().write(piece, 0, n);
                        if (new String(piece, 0, n, StandardCharsets.UTF_8).equals("off")) {
                            Files.createFile(Path.of(System.getenv("PRIVATE_LLM_POWEROFF_FILE")));
                        }
                    }
                }
            }
        }
    }
}
