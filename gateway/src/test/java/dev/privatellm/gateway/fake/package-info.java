/** The gateway's ports filled with memory, a clock that is stepped, and a machine that misbehaves on demand. */
@NullMarked
package dev.privatellm.gateway.fake;

import org.jspecify.annotations.NullMarked;
