// SPDX-License-Identifier: Apache-2.0
/**
 * The certificate authority of one resource and what it issues: one {@link dev.privatellm.machine.pki.Epoch} per boot or renewal, which is everything
 * that both ends of the link need, made together and named by one generation. Keys are made ahead of need. The order is always the same: issue, store
 * here, upload, let the machine acknowledge the generation, activate on the client side; so a crash anywhere leaves a matching pair on both ends. What a
 * certificate says is in {@link dev.privatellm.machine.pki.CertificateForm}; when one must be issued again is in
 * {@link dev.privatellm.machine.pki.RenewalPolicy}.
 */
@NullMarked
package dev.privatellm.machine.pki;

import org.jspecify.annotations.NullMarked;
