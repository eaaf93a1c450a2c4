/**
 * The way to the machines: what a link's documents say, the connections made from it (TLS 1.3, both sides certified; chain, name and pin all checked, and
 * without a pin no connection), and which failed attempt may be repeated. It carries bytes and knows no client API.
 */
@NullMarked
package dev.privatellm.gateway.upstream;

import org.jspecify.annotations.NullMarked;
