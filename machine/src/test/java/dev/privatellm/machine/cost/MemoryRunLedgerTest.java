// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cost;

final class MemoryRunLedgerTest extends RunLedgerContract {

    @Override
    protected RunLedger empty() {
        return new MemoryRunLedger();
    }
}
