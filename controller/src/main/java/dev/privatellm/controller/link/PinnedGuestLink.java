// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.link.GuestLink;
import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.pki.EpochStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls guests with the controller's identity of the generation that each address names. One {@link GuestSession} per address: its connections and its TLS
 * sessions are never used for another pin, name or generation, so a resumed session cannot skip a check. Safe from any thread; blocks.
 */
public final class PinnedGuestLink implements GuestLink, AutoCloseable {
    /** The one in use and the one that a renewal is about to replace it with. */
    private static final int MAX_SESSIONS = 2;

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MAX_WAIT = Duration.ofSeconds(25);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final EpochStore epochs;
    private final InstantSource clock;
    private final SequencedMap<GuestAddress, GuestSession> sessions = new LinkedHashMap<>(8, 0.75f, true);

    /**
     * Makes no connection yet.
     *
     * @param epochs where the controller's client key and token of each generation are kept
     */
    public PinnedGuestLink(EpochStore epochs, InstantSource clock) {
        this.epochs = epochs;
        this.clock = clock;
    }

    @Override
    public GuestHealth health(GuestAddress guest, long afterSeq, Duration wait) {
        Duration bounded = wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait;
        String path = "/pllm/v1/health?after=%d&waitSeconds=%d".formatted(afterSeq, bounded.toSeconds());
        HttpResponse<byte[]> answer = session(guest).get(path, CALL_TIMEOUT.plus(bounded));
        return HealthDocument.read(answer.body());
    }

    @Override
    public void heartbeat(GuestAddress guest, String holder, long epoch) {
        post(guest, "/pllm/v1/heartbeat", Map.of("holder", holder, "epoch", epoch));
    }

    @Override
    public int drain(GuestAddress guest, boolean on) {
        byte[] answer = post(guest, "/pllm/v1/drain", Map.of("on", on)).body();
        return HealthDocument.openStreams(answer);
    }

    @Override
    public void loadBundle(GuestAddress guest, String secretVersion, long generation) {
        post(guest, "/pllm/v1/bundle", Map.of("version", secretVersion, "generation", generation));
    }

    /** Ends every connection and every call. */
    @Override
    public void close() {
        synchronized (sessions) {
            sessions.values().forEach(GuestSession::close);
            sessions.clear();
        }
    }

    private HttpResponse<byte[]> post(GuestAddress guest, String path, Map<String, Object> body) {
        return session(guest).post(path, JSON.writeValueAsBytes(body), CALL_TIMEOUT);
    }

    private GuestSession session(GuestAddress guest) {
        GuestSession session;
        List<GuestSession> surplus = new ArrayList<>();
        synchronized (sessions) {
            session = sessions.get(guest);
            if (session == null) {
                session = new GuestSession(guest, epoch(guest), clock);
                sessions.put(guest, session);
                while (sessions.size() > MAX_SESSIONS) {
                    surplus.add(sessions.pollFirstEntry().getValue());
                }
            }
        }
        surplus.forEach(GuestSession::close);
        return session;
    }

    private Epoch epoch(GuestAddress guest) {
        return epochs.find(guest.generation())
                .orElseThrow(() -> new GuestFailure.Untrusted(
                        "no certificates of generation %d are kept here".formatted(guest.generation()),
                        new IOException("not called")));
    }
}
