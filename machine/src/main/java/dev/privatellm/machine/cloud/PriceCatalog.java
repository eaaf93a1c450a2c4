// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.List;

/** The catalogue in which a cloud tells its prices to anybody. */
public interface PriceCatalog {

    /**
     * Everything in it that a machine's price may follow from. Takes seconds.
     *
     * @throws CloudFailure if it cannot be read
     */
    List<Sku> skus();
}
