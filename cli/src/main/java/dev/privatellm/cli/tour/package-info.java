// SPDX-License-Identifier: Apache-2.0
/**
 * The tour of {@code demo --once}: nine requests at the same time, each in its API's own wire form, to a gateway whose machine sleeps, and the proof that
 * follows when it sleeps again.
 *
 * <p>{@link dev.privatellm.cli.tour.Tour} is a client like any other and believes only what it reads from its sockets.
 * {@link dev.privatellm.cli.tour.Proof} compares three books that were kept apart: what the gateway counted
 * ({@link dev.privatellm.cli.tour.CountedUsage}), what the engine knows, and what the emulated cloud recorded and bills
 * ({@link dev.privatellm.cli.tour.EmulatorRecords}). {@link dev.privatellm.cli.tour.TourReport} is the result, shown to people and to {@code -o json} alike.
 *
 * <p>Who starts the demo, and how one waits for sleep, is not known here.
 */
@NullMarked
package dev.privatellm.cli.tour;

import org.jspecify.annotations.NullMarked;
