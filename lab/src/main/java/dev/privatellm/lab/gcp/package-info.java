/**
 * A Google Cloud that runs on one workstation, for rehearsals and tests: the real Google client libraries talk to it over HTTP and JSON, its machines run
 * the real guest program, and it keeps its own journal, bill and recording as the truth that others are compared with.
 *
 * <p>It is written against Google's documents and the libraries' protobuf descriptors, never against our own adapter: an error that both would share could
 * not be seen. It listens on loopback only.
 */
@NullMarked
package dev.privatellm.lab.gcp;

import org.jspecify.annotations.NullMarked;
