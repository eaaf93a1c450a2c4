// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

/**
 * The two bearer tokens of a generation.
 *
 * @param infer admits to engine calls that generate or read
 * @param manage admits to everything that its holder's certificate may do
 */
public record Tokens(Token infer, Token manage) {}
