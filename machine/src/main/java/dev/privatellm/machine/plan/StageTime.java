// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

/** How long one stage of a wake took, by the word that people are shown. */
public record StageTime(String stage, double seconds) {}
