// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

final class MemoryAuthoritiesTest extends AuthoritiesContract {
    @Override
    protected Authorities authorities() {
        return TestPki.authorities();
    }
}
