/**
 * Holds requests while a machine wakes: bounded in number and time, released in the order of their arrival, at most as many at once as the engine has
 * slots. A caller who leaves ends its own hold and nothing else; demand is written down as long as anybody waits or is being answered. How a machine is
 * started is not known here.
 */
@NullMarked
package dev.privatellm.gateway.activation;

import org.jspecify.annotations.NullMarked;
