// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

/**
 * Reads one answer line by line as a client of that API would, and objects where such a client would. Heartbeats are allowed exactly where the API's clients
 * are known to take them.
 */
interface AnswerReader {

    /** Media type that the answer has to have. */
    String mediaType();

    /** Takes the next line, without its end. */
    void line(String line) throws MalformedAnswer;

    /** Whether something of the answer itself, not a heartbeat, has been read. */
    boolean hasBegun();

    /** Called after the last line. */
    void end() throws MalformedAnswer;

    /** What was said; for embeddings a description of the vectors. Whole after {@link #end}. */
    String text();

    /** Whole after {@link #end}. */
    SeenUsage usage();
}
