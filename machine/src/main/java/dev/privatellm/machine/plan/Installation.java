// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

/**
 * What a machine becomes at its next boot.
 *
 * @param startupScript run as root at every boot; makes the machine what its configuration says
 */
public record Installation(String startupScript, Download guest, Download engine) {}
