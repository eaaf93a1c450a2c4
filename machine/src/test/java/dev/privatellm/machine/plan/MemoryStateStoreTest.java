// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

final class MemoryStateStoreTest extends StateStoreContract<String> {
    private final MemoryStateStore<String> store = new MemoryStateStore<>("first");

    @Override
    protected StateStore<String> store() {
        return store;
    }

    @Override
    protected StateStore<String> reopened() {
        return store;
    }

    @Override
    protected String second() {
        return "second";
    }

    @Override
    protected String third() {
        return "third";
    }
}
