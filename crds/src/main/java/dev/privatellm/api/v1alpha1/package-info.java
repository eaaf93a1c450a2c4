// SPDX-License-Identifier: Apache-2.0
/**
 * The kind {@code PrivateLlm}, version {@code privatellm.dev/v1alpha1}: what a user may declare, within which bounds, and the reasons that a user may be
 * told. Values only; nothing here acts. A field that nothing acts upon is not declared.
 */
@NullMarked
package dev.privatellm.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
