// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.IOException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One emulator for a whole test class, without faults at the start of each test, and the processes of the test that runs. For a static field. */
final class Cloud implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final String boot;
    private final Processes ofClass = Processes.ofClass();
    private final Processes ofTest = Processes.ofTest();
    private Emulator emulator;

    private Cloud(String boot) {
        this.boot = boot;
    }

    /** @param boot how long its machines take from insert to serving */
    static Cloud booting(String boot) {
        return new Cloud(boot);
    }

    Emulator emulator() {
        return emulator;
    }

    Processes processes() {
        return ofTest;
    }

    /** Starts {@code serve} for a document and waits until it listens. */
    Server serve(Document document) throws IOException {
        return Server.start(ofTest, emulator, document);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        emulator = Emulator.start(ofClass, boot);
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        ofClass.afterEach(context);
        ofTest.afterEach(context);
        if (emulator.program().isAlive()) {
            emulator.mend();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        ofClass.afterAll(context);
    }
}
