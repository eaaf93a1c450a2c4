// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.guest.GuestStatus.ModelState;
import dev.privatellm.guest.GuestStatus.Stage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the engine have and hold what the configuration names, and tells at which step it is. Each step asks the engine what is so before it does anything, hence a restart at any point
 * goes on where it was, and nothing is called present because somebody began to fetch it.
 *
 * <p>Runs on a thread of its own; {@link #want} may be called from any.
 */
final class ModelKeeper implements Runnable {
    private static final Duration ENGINE_PAUSE = Duration.ofMillis(100);
    private static final Duration ENGINE_PAUSE_LONGEST = Duration.ofSeconds(2);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    private static final Duration RETRY_PAUSE_LONGEST = Duration.ofSeconds(30);
    /** How often a ready engine is asked whether it still answers, and still holds something. */
    static final Duration CHECK = Duration.ofSeconds(5);

    /** An engine that its installation failed to bring, and that does not answer for so long, will not come in this boot: nobody should pay for the wait. */
    static final Duration LOST_AFTER = Duration.ofSeconds(30);

    /** Looks in a row that find no model held before that is believed: one model may be making room for another just then. */
    private static final int EMPTY_LOOKS = 2;

    /** What Linux says where a disk is full; the engine passes it on. */
    private static final String NO_SPACE = "no space left";

    private final EngineClient engine;
    private final OwnModels own;
    private final GuestStatus status;
    private final DeadManSwitch deadMan;
    private final Time time;
    private final Journal journal;
    private final Latest<GuestConfig.Model> wanted;
    private final Duration check;
    private volatile @Nullable Pull underWay;
    /** Pulled since the machine was last ready: nobody asks again whether their tags have moved. */
    private final Set<String> justPulled = new HashSet<>();

    /** The pull that is under way, and how to end it. */
    private record Pull(String model, Abandonment abandonment) {
        void abandonUnlessIn(GuestConfig.Model models) {
            if (!models.all().contains(model)) {
                abandonment.abandon();
            }
        }
    }

    ModelKeeper(
            EngineClient engine,
            OwnModels own,
            GuestConfig.Model wanted,
            GuestStatus status,
            DeadManSwitch deadMan,
            Time time,
            Duration check,
            Journal journal) {
        this.engine = engine;
        this.own = own;
        this.check = check;
        this.wanted = new Latest<>(wanted);
        this.status = status;
        this.deadMan = deadMan;
        this.time = time;
        this.journal = journal;
    }

    /** Names other models from now on. A pull of one that is not among them ends; a load that is under way is finished first, since other streams may wait for it. */
    void want(GuestConfig.Model models) {
        wanted.set(models);
        Pull pull = underWay;
        if (pull != null) {
            pull.abandonUnlessIn(models);
        }
    }

    /** Keeps on until interrupted. */
    @Override
    public void run() {
        Backoff retry = retry();
        try {
            while (true) {
                GuestConfig.Model models = wanted.get();
                try {
                    awaitEngine();
                    pullMissing(models);
                    if (wanted.get().equals(models)) {
                        load(models);
                        ready(models);
                        retry = retry();
                        awaitLossOrChange(models);
                    }
                } catch (IOException e) {
                    if (wanted.get().equals(models)) {
                        failed(models, String.valueOf(e.getMessage()));
                        wanted.awaitOther(models, retry.next());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void failed(GuestConfig.Model models, String reason) throws InterruptedException {
        journal.say("model not ready: " + reason);
        status.change(now -> now.at(now.stage(), now.percent(), reason));
        if (reason.contains(NO_SPACE)) {
            own.removeUnwanted(models);
        }
    }

    private Backoff retry() {
        return new Backoff(time, RETRY_PAUSE, RETRY_PAUSE_LONGEST);
    }

    private void awaitEngine() throws InterruptedException {
        Backoff backoff = new Backoff(time, ENGINE_PAUSE, ENGINE_PAUSE_LONGEST);
        long since = time.nanos();
        while (!engine.isUp()) {
            boolean isOverdue = time.nanos() - since >= LOST_AFTER.toNanos();
            status.change(now -> now.failedInstall()
                    .filter(_ -> isOverdue)
                    .map(step -> now.at(
                            Stage.FAILED,
                            Optional.empty(),
                            "the engine does not answer, and step %s of the startup script failed, exit %d"
                                    .formatted(step.name(), step.exitCode())))
                    .orElseGet(() -> now.at(Stage.BOOTING, Optional.empty(), "the engine does not answer")));
            backoff.pause();
        }
    }

    private void pullMissing(GuestConfig.Model models) throws IOException, InterruptedException {
        List<String> all = models.all();
        List<String> missing = new ArrayList<>();
        Map<String, String> present = new LinkedHashMap<>();
        for (String model : all) {
            Optional<String> digest = engine.digest(model);
            if (digest.isEmpty()) {
                missing.add(model);
            } else if (own.isOurs(model, digest.get()) && !justPulled.contains(model)) {
                present.put(model, digest.get());
            }
        }
        deadMan.modelWas(missing.isEmpty());
        publish(models, false);
        for (int i = 0; i < missing.size(); i++) {
            String model = missing.get(i);
            own.begun(model);
            String digest = pull(model, i, missing.size());
            journal.say("pulled %s, digest %s".formatted(model, digest));
        }
        if (!own.areOthersThanAsked(models) || areCurrent(present)) {
            own.asked(models);
        }
    }

    /**
     * Makes these models what the registry has now: a tag may have moved since they were pulled. For one that did not, that is a moment. A registry that cannot be asked is no reason
     * to be without what is here.
     *
     * @return whether all of them could be asked about
     */
    private boolean areCurrent(Map<String, String> present) throws InterruptedException {
        boolean all = true;
        for (Map.Entry<String, String> model : present.entrySet()) {
            try {
                String digest = pull(model.getKey(), 0, 1);
                if (!digest.equals(model.getValue())) {
                    journal.say(
                            "%s has moved from digest %s to %s".formatted(model.getKey(), model.getValue(), digest));
                }
            } catch (IOException e) {
                journal.say("what is here of %s is used: %s".formatted(model.getKey(), e.getMessage()));
                all = false;
            }
        }
        return all;
    }

    /** Returns the digest of what is there then. */
    private String pull(String model, int index, int count) throws IOException, InterruptedException {
        journal.say("pulling " + model);
        status.change(now -> now.at(Stage.PULLING, Optional.of(100 * index / count), ""));
        Pull pull = new Pull(model, new Abandonment());
        underWay = pull;
        pull.abandonUnlessIn(wanted.get());
        try {
            engine.pull(
                    model,
                    percent -> status.change(
                            now -> now.at(Stage.PULLING, Optional.of((100 * index + percent) / count), "")),
                    pull.abandonment());
        } finally {
            underWay = null;
        }
        String digest = engine.digest(model)
                .orElseThrow(
                        () -> new IOException("pull of " + model + " said success, but the engine does not have it"));
        own.pulled(model, digest);
        justPulled.add(model);
        return digest;
    }

    private void load(GuestConfig.Model models) throws IOException, InterruptedException {
        publish(models, false);
        status.change(now -> now.at(Stage.LOADING, Optional.empty(), ""));
        engine.load(models.name(), models.contextLength());
    }

    private void ready(GuestConfig.Model models) throws IOException, InterruptedException {
        publish(models, true);
        status.change(now -> now.at(Stage.READY, Optional.empty(), ""));
        journal.say("ready: " + models.name());
        justPulled.clear();
    }

    private void publish(GuestConfig.Model models, boolean loaded) throws IOException, InterruptedException {
        Map<String, String> digests = engine.digests();
        List<ModelState> states = models.all().stream()
                .map(name -> new ModelState(name, EngineClient.in(digests, name), loaded && name.equals(models.name())))
                .toList();
        status.change(now -> now.withModels(states));
    }

    /**
     * Returns once the engine does not answer any more, holds nothing any more, or other models are wanted. An engine that was killed is up again before anybody misses it, and empty; one that
     * holds another model in place of ours was asked for that by somebody, and is left alone.
     */
    private void awaitLossOrChange(GuestConfig.Model models) throws InterruptedException {
        int empty = 0;
        while (engine.isUp()) {
            empty = engine.holdsNone() ? empty + 1 : 0;
            if (empty == EMPTY_LOOKS) {
                journal.say("the engine holds no model any more");
                return;
            }
            own.removeUnwanted(models);
            if (wanted.awaitOther(models, check)) {
                return;
            }
        }
        journal.say("the engine does not answer any more");
    }
}
