// SPDX-License-Identifier: Apache-2.0
/** Tests of the Google Cloud adapter: against a recording server, and against the emulator by the ports' contract suites. */
@NullMarked
package dev.privatellm.machine.gcp;

import org.jspecify.annotations.NullMarked;
