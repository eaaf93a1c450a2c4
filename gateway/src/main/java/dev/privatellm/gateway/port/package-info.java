/**
 * What the gateway needs from outside, and nothing else: where models are served, whom to believe, where to write down demand and usage, and how many
 * requests an engine takes at once. In a cluster Secrets and a Lease fill these ports, on a workstation files in the same process. Every port is called
 * from event loops: no method may block.
 */
@NullMarked
package dev.privatellm.gateway.port;

import org.jspecify.annotations.NullMarked;
