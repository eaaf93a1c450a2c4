/**
 * What happens to a request on its way, one job per class: record, guard, authenticate, receive, answer what is known, route, activate, meter, forward. The
 * filters do not know each other; what one finds out for the next stands in the {@linkplain dev.privatellm.gateway.exchange.Exchange exchange}.
 */
@NullMarked
package dev.privatellm.gateway.filter;

import org.jspecify.annotations.NullMarked;
