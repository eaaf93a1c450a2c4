// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.nio.file.Path;

/**
 * A file that machines install.
 *
 * @param sha256 of its content, in lower-case hex: its name in a bucket, so that another content never has its place
 */
public record Artifact(String sha256, Path file) {}
