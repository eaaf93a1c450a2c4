// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.PriceCatalog;
import dev.privatellm.machine.cloud.Prices;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the prices of a workstation no older than a day, where the cloud's catalogue may be read. It is looked at once a day at most, with whatever success:
 * nothing but the figures depends on it. Safe from any thread.
 */
final class PriceRefresh implements AutoCloseable {
    /** Between two looks, over all processes that used the folder. */
    static final Duration PERIOD = Duration.ofDays(1);

    /** Whoever has just started has more urgent calls to make. */
    private static final Duration FIRST = Duration.ofMinutes(5);

    private static final Duration CHECK = Duration.ofMinutes(30);
    private static final Logger LOG = LoggerFactory.getLogger(PriceRefresh.class);

    private final Path folder;
    private final PriceCatalog catalog;
    private final BooleanSupplier isPaused;
    private final InstantSource clock;
    private final CountDownLatch isClosed = new CountDownLatch(1);
    private volatile KeptPrices kept;

    /**
     * Knows what the folder keeps; looks for nothing until it is started.
     *
     * @param isPaused whether nothing is asked of the cloud for now
     */
    PriceRefresh(Path folder, PriceCatalog catalog, BooleanSupplier isPaused, InstantSource clock) {
        this.folder = folder;
        this.catalog = catalog;
        this.isPaused = isPaused;
        this.clock = clock;
        this.kept = KeptPrices.read(folder);
    }

    void start() {
        Thread.ofPlatform().daemon().name("price-refresh").start(this::run);
    }

    /** As they are known now. */
    Prices current() {
        return kept.prices();
    }

    private void run() {
        try {
            for (Duration pause = FIRST; !isClosed.await(pause.toMillis(), TimeUnit.MILLISECONDS); pause = CHECK) {
                pass();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks, if a day has passed since the last look. Only the refresh's own thread calls this while it runs. */
    void pass() {
        Instant now = clock.instant();
        if (isPaused.getAsBoolean()) {
            return;
        }
        boolean isTried = kept.triedAt()
                .filter(at -> !at.isAfter(now) && now.isBefore(at.plus(PERIOD)))
                .isPresent();
        if (isTried) {
            return;
        }
        kept = look(now);
        try {
            kept.write(folder);
        } catch (IOException e) {
            LOG.warn("the prices cannot be kept in {}: {}", folder, e.getMessage());
        }
    }

    private KeptPrices look(Instant now) {
        try {
            return new KeptPrices(Prices.derive(catalog.skus(), now), Optional.of(now), Optional.empty());
        } catch (CloudFailure failure) {
            LOG.info("the catalogue of prices was not read: {}", failure.getMessage());
            return new KeptPrices(kept.prices(), Optional.of(now), Optional.of(String.valueOf(failure.getMessage())));
        } catch (RuntimeException mistake) {
            LOG.error("the catalogue of prices could not be understood", mistake);
            return new KeptPrices(kept.prices(), Optional.of(now), Optional.of("it could not be understood"));
        }
    }

    @Override
    public void close() {
        isClosed.countDown();
    }
}
