// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.http;

import java.io.InputStream;
import java.net.Socket;

/** Sees every byte that a peer sends, before anybody reads a meaning into it. */
@FunctionalInterface
public interface ConnectionTap {

    /** Nobody looks. */
    ConnectionTap NONE = (_, in) -> in;

    /** Wraps what a new connection receives. */
    InputStream wrap(Socket connection, InputStream in);
}
