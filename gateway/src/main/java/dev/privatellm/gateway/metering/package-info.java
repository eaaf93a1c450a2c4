// SPDX-License-Identifier: Apache-2.0
/**
 * How many tokens: the counts of one exchange and the running totals of the gateway. It knows nothing of wire formats; who reads a stream hands in a
 * {@link dev.privatellm.gateway.metering.TokenUsage}. A count that nobody reported is absent and never zero, from here to the metrics.
 */
@NullMarked
package dev.privatellm.gateway.metering;

import org.jspecify.annotations.NullMarked;
