/**
 * The gateway's own endpoints, beside those of the client APIs: whether it lives and can accept calls, its metrics, and what it knows of its machines. They
 * are Micronaut controllers; requests for them pass by the relay.
 */
@NullMarked
package dev.privatellm.gateway.endpoint;

import org.jspecify.annotations.NullMarked;
