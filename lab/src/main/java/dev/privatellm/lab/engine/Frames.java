// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

/** Where a generation goes: one dialect's frames as they come, or one body at the end. {@link #done} or {@link #failed} ends the exchange. */
interface Frames {

    void thinking(String token) throws ClientGone;

    void text(String token) throws ClientGone;

    void toolCall(ToolCall call) throws ClientGone;

    void done(Outcome outcome) throws ClientGone;

    /** The engine failed in the middle. */
    void failed(String message) throws ClientGone;
}
