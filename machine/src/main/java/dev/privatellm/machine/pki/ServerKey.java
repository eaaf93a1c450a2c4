// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

/** Where the private key of a machine's front is born. */
public enum ServerKey {
    /** On the machine, which asks for a certificate; nothing private ever lies in the cloud. */
    CSR,
    /** Here, and uploaded with the bundle: whoever may read the secret can pass for the machine. */
    UPLOADED
}
