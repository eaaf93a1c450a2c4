// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

/**
 * The image that every disk is filled from for as long as the document says the same, whatever its family publishes meanwhile.
 *
 * @param asked as the document names it
 * @param image one image by its own name
 */
public record PinnedImage(String asked, String image) {}
