/** Who calls, proved as Google's libraries prove it, and what each may do. */
@NullMarked
package dev.privatellm.lab.gcp.identity;

import org.jspecify.annotations.NullMarked;
