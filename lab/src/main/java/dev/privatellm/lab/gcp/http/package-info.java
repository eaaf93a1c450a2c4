/** A small HTTP/1.1 server on blocking sockets and virtual threads, whose every received byte can be recorded. It knows nothing of clouds. */
@NullMarked
package dev.privatellm.lab.gcp.http;

import org.jspecify.annotations.NullMarked;
