// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

/** How far an accepted mutation has come. */
public sealed interface OperationStatus {

    /** Not finished; ask again later. One that never finishes meets its caller's deadline. */
    record Running() implements OperationStatus {}

    /** Finished, and its effect is visible. */
    record Done() implements OperationStatus {}

    /** Finished without its effect. The failure is classified as if the call itself had thrown it. */
    record Failed(CloudFailure failure) implements OperationStatus {}

    /** The cloud no longer knows it (records expire), or never did: look at the thing itself. */
    record Forgotten() implements OperationStatus {}
}
