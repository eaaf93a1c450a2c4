// SPDX-License-Identifier: Apache-2.0
/** The byte-true relay that {@code gateway} and {@code guest} share: heads, framing, flow control, header hygiene and deadlines over Netty. It knows nothing of models, tokens or Kubernetes. */
@NullMarked
package dev.privatellm.relay;

import org.jspecify.annotations.NullMarked;
