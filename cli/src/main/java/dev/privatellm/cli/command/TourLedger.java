// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.tour.CountedUsage;
import dev.privatellm.cli.tour.WatchedLedger;
import dev.privatellm.gateway.port.UsageLedger;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Stands between the gateway and its ledger, so that the tour can look up what was counted. */
final class TourLedger implements UnaryOperator<UsageLedger>, CountedUsage {
    private volatile CountedUsage watched = _ -> Optional.empty();

    @Override
    public UsageLedger apply(UsageLedger ledger) {
        var around = new WatchedLedger(ledger);
        watched = around;
        return around;
    }

    @Override
    public Optional<Counted> of(String requestId) {
        return watched.of(requestId);
    }
}
