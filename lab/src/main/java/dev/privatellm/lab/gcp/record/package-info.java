/** What the emulator writes down on its own account: journal, bill and the bytes it was sent; and the faults it is told to make. */
@NullMarked
package dev.privatellm.lab.gcp.record;

import org.jspecify.annotations.NullMarked;
