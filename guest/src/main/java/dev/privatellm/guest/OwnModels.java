// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The models that this guest has pulled, and their end: one that nobody wants any more is removed, as soon as no stream is open. What somebody else put onto the disk is not ours: a model
 * that was there before, and one that was exchanged for another under the same name. Used by one thread.
 */
final class OwnModels {
    private final PulledRecord record;
    private final EngineClient engine;
    private final OpenStreams streams;
    private final Journal journal;
    private String said = "";

    OwnModels(PulledRecord record, EngineClient engine, OpenStreams streams, Journal journal) {
        this.record = record;
        this.engine = engine;
        this.streams = streams;
        this.journal = journal;
    }

    /** Notes that a model that is not there is about to be pulled. If that cannot be written down, it will stay here. */
    void begun(String model) {
        try {
            record.put(PulledRecord.canonical(model), Optional.empty());
        } catch (IOException e) {
            sayOnce("what was pulled cannot be remembered: " + e.getClass().getSimpleName());
        }
    }

    /** Whether a model that the engine has with this digest is one that we have pulled. */
    boolean isOurs(String model, String digest) {
        Optional<String> pulled = record.all().get(PulledRecord.canonical(model));
        return pulled != null && (pulled.isEmpty() || pulled.get().equals(digest));
    }

    /** Notes what the engine has now of a model that is ours. */
    void pulled(String model, String digest) {
        String name = PulledRecord.canonical(model);
        if (record.all().containsKey(name)) {
            try {
                record.put(name, Optional.of(digest));
            } catch (IOException e) {
                sayOnce("what was pulled cannot be remembered: " + e.getClass().getSimpleName());
            }
        }
    }

    /** Whether other models are wanted than when the registry was last asked about them, in this boot or an earlier one. */
    boolean areOthersThanAsked(GuestConfig.Model wanted) {
        return record.asked().filter(asked -> !asked.equals(names(wanted))).isPresent();
    }

    /** Notes that everything that is wanted was pulled, or found to be what the registry has. */
    void asked(GuestConfig.Model wanted) {
        try {
            record.setAsked(names(wanted));
        } catch (IOException e) {
            sayOnce("what was asked for cannot be remembered: " + e.getClass().getSimpleName());
        }
    }

    private static String names(GuestConfig.Model wanted) {
        return wanted.all().stream().map(PulledRecord::canonical).sorted().collect(Collectors.joining("\n"));
    }

    /** Removes what is not wanted any more, unless a stream is open: ask again later. Failures are told in the journal; nobody has to wait for them. */
    void removeUnwanted(GuestConfig.Model wanted) throws InterruptedException {
        Set<String> kept = wanted.all().stream().map(PulledRecord::canonical).collect(Collectors.toSet());
        Map<String, Optional<String>> unwanted = record.all();
        if (kept.containsAll(unwanted.keySet()) || streams.count() > 0) {
            return;
        }
        try {
            Map<String, String> present = engine.digests();
            for (Map.Entry<String, Optional<String>> model : unwanted.entrySet()) {
                if (!kept.contains(model.getKey()) && streams.count() == 0) {
                    remove(model.getKey(), model.getValue(), Optional.ofNullable(present.get(model.getKey())));
                }
            }
        } catch (IOException e) {
            sayOnce("a model that is not wanted any more stays: " + e.getMessage());
        }
    }

    private void remove(String model, Optional<String> pulled, Optional<String> present)
            throws IOException, InterruptedException {
        if (present.isPresent() && (pulled.isEmpty() || pulled.equals(present))) {
            engine.unload(model);
            engine.delete(model);
            journal.say("removed " + model + ", which is not wanted any more");
        }
        record.forget(model);
    }

    private void sayOnce(String event) {
        if (!said.equals(event)) {
            said = event;
            journal.say(event);
        }
    }
}
