// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.sweep;

import dev.privatellm.machine.cloud.Asset;

/**
 * One thing of ours and whether it may go.
 *
 * @param why for people, either way
 */
public record Finding(Asset asset, boolean isRemovable, String why) {

    static Finding stays(Asset asset, String why) {
        return new Finding(asset, false, why);
    }

    static Finding goes(Asset asset, String why) {
        return new Finding(asset, true, why);
    }
}
