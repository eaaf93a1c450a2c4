/** What the gateway tells about itself in figures. Every name stands in one table, and none is registered that is not fed. */
@NullMarked
package dev.privatellm.gateway.metrics;

import org.jspecify.annotations.NullMarked;
