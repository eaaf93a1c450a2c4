// SPDX-License-Identifier: Apache-2.0
/**
 * Google Cloud behind the ports of {@link dev.privatellm.machine.cloud}: the only place that sees a Google class. Google's words are translated here,
 * once: status words by {@link dev.privatellm.machine.gcp.InstanceStatuses}, errors by {@link dev.privatellm.machine.gcp.GoogleErrors}. Nothing here
 * waits for an operation, retries a call or decides anything: a call goes out once, and whoever wrote its request id down repeats it. The one exception is
 * {@link dev.privatellm.machine.gcp.Policies}, which reads a policy again if somebody else wrote it in between.
 */
@NullMarked
package dev.privatellm.machine.gcp;

import org.jspecify.annotations.NullMarked;
