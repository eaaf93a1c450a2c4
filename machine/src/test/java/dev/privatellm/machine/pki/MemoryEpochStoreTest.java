// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

class MemoryEpochStoreTest extends EpochStoreContract {
    @Override
    protected EpochStore store() {
        return new MemoryEpochStore();
    }
}
