// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AddressesTest {

    @Test
    void givesEachMachineItsOwnAddressesWhereTheLoopbackIsWide() {
        Addresses addresses = new Addresses(new Random(1), true);
        assertThat(addresses.external(8080).ip()).matches("127\\.(6[4-9]|7[0-9])\\..*");
        assertThat(addresses.internal(8080).ip()).matches("127\\.(8[0-9]|9[0-5])\\..*");
        assertThat(addresses.external(8080).port()).isEqualTo(8080);
    }

    @Test
    void givesEachMachineItsOwnPortsWhereItIsNot() {
        Addresses addresses = new Addresses(new Random(1), false);
        assertThat(addresses.external(8080).ip()).isEqualTo("127.0.0.1");
        assertThat(addresses.external(8080).port()).isNotEqualTo(8080);
        assertThat(addresses.internal(8080).ip()).isEqualTo("127.0.0.1");
    }
}
