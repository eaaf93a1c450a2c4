// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

/**
 * What decides how an upstream body is read.
 *
 * @param status HTTP status
 * @param contentType as sent, empty if absent
 * @param contentEncoding as sent, empty if absent
 */
public record ResponseHead(int status, String contentType, String contentEncoding) {}
