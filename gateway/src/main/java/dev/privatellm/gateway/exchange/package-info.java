/**
 * One request and its response: what is known of it, the way back to its client, and the chain of filters that it passes. Which filters there are is not
 * known here. An exchange lives on one event loop, and so does everything that touches it.
 */
@NullMarked
package dev.privatellm.gateway.exchange;

import org.jspecify.annotations.NullMarked;
