// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.controller.link.LinkDocument;
import dev.privatellm.controller.link.LinkFiles;
import dev.privatellm.controller.step.LinkSink;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.RouteSource;
import dev.privatellm.gateway.upstream.LinkReader;
import dev.privatellm.gateway.upstream.UnreadableLink;
import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.pki.EpochStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The link in one process: what the controller publishes is what the gateway routes by, through the very documents that a Secret would hold. The gateway is
 * told first, then the files follow: at once when something changes that decides about requests, else at most every five seconds. Published by one thread.
 */
final class LocalLink implements LinkSink, RouteSource {
    static final Duration MIN_PERIOD = Duration.ofSeconds(5);

    private final EpochStore epochs;
    private final LinkFolder folder;
    private final LongSupplier nanoTime;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile List<Link> links = List.of();
    private @Nullable LinkDocument published;
    private @Nullable LinkDocument written;
    private long writtenAt;

    LocalLink(EpochStore epochs, LinkFolder folder, LongSupplier nanoTime) {
        this.epochs = epochs;
        this.folder = folder;
        this.nanoTime = nanoTime;
    }

    @Override
    public void publish(LinkDocument link) {
        if (link.equals(published) && link.equals(written)) {
            return;
        }
        Optional<Epoch> epoch = link.generation() == 0 ? Optional.empty() : epochs.find(link.generation());
        Map<String, byte[]> files = LinkFiles.of(link, epoch, true);
        if (!link.equals(published)) {
            tell(files);
            published = link;
        }
        if (isUrgent(link) || nanoTime.getAsLong() - writtenAt >= MIN_PERIOD.toNanos()) {
            try {
                folder.write(link.generation(), files);
            } catch (IOException e) {
                throw new UncheckedIOException("the link cannot be written", e);
            }
            written = link;
            writtenAt = nanoTime.getAsLong();
        }
    }

    @Override
    public List<Link> links() {
        return links;
    }

    @Override
    public Subscription subscribe(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(Map<String, byte[]> files) {
        try {
            links = List.of(LinkReader.read(files));
        } catch (UnreadableLink e) {
            throw new IllegalStateException("the gateway does not understand our link", e);
        }
        listeners.forEach(Runnable::run);
    }

    /** Percent and ETA alone may wait. */
    private boolean isUrgent(LinkDocument link) {
        LinkDocument last = written;
        return last == null
                || last.generation() != link.generation()
                || last.accepts() != link.accepts()
                || !last.endpoint().equals(link.endpoint())
                || !last.pins().equals(link.pins())
                || !last.stage().equals(link.stage())
                || !last.reason().equals(link.reason());
    }
}
