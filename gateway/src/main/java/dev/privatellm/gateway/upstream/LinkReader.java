// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.upstream;

import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.Pins;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.port.Sensitive;
import dev.privatellm.gateway.upstream.LinkDocument.TokenPair;
import dev.privatellm.gateway.upstream.LinkDocument.TokensDocument;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the documents that the control plane publishes of one machine: {@code link.json}, {@code tls.crt}, {@code tls.key}, {@code ca.crt},
 * {@code token.json}. In a cluster they are the keys of a Secret, on a workstation the files of a folder. As long as one of address, name, pin, key pair,
 * issuer or token is missing, the link has no {@link Link.Access}: nothing is ever connected to on part of the evidence.
 */
public final class LinkReader {
    /** Largest document read; each is a few kilobytes. */
    public static final int MAX_DOCUMENT_BYTES = 1 << 20;

    private static final List<String> DOCUMENTS = List.of("link.json", "tls.crt", "tls.key", "ca.crt", "token.json");
    private static final int SCHEMA = 1;
    private static final JsonMapper JSON = JsonMapper.shared();

    private LinkReader() {}

    /**
     * Reads a folder.
     *
     * @return empty if there is no {@code link.json}
     * @throws UnreadableLink if a document cannot be read or understood; the link known before stays valid
     */
    public static Optional<Link> read(Path folder) throws UnreadableLink {
        Map<String, byte[]> documents = new HashMap<>();
        for (String name : DOCUMENTS) {
            Path file = folder.resolve(name);
            try {
                if (Files.size(file) > MAX_DOCUMENT_BYTES) {
                    throw new UnreadableLink(name + ": longer than " + MAX_DOCUMENT_BYTES + " bytes");
                }
                documents.put(name, Files.readAllBytes(file));
            } catch (NoSuchFileException absent) {
                documents.remove(name);
            } catch (IOException unreadable) {
                throw new UnreadableLink(name + ": " + unreadable.getClass().getSimpleName(), unreadable);
            }
        }
        return documents.containsKey("link.json") ? Optional.of(read(documents)) : Optional.empty();
    }

    /**
     * Reads documents by their names.
     *
     * @throws UnreadableLink if {@code link.json} is missing, or a document cannot be understood
     */
    public static Link read(Map<String, byte[]> documents) throws UnreadableLink {
        LinkDocument link = json("link.json", documents, LinkDocument.class)
                .orElseThrow(() -> new UnreadableLink("link.json: missing"));
        if (link.schema() != SCHEMA) {
            throw new UnreadableLink("link.json: schema " + link.schema() + " (expected: " + SCHEMA + ")");
        }
        try {
            return link(link, access(link, documents));
        } catch (IllegalArgumentException offence) {
            throw new UnreadableLink("link.json: " + offence.getMessage(), offence);
        }
    }

    private static Link link(LinkDocument link, Optional<Link.Access> access) {
        return new Link(
                new RouteId(link.namespace(), link.name()),
                text(link.uid()).orElse(""),
                link.generation(),
                access,
                link.models() == null ? List.of() : link.models(),
                link.aliases() == null ? Map.of() : link.aliases(),
                link.slots() == null ? 1 : link.slots(),
                Optional.ofNullable(link.contextLength()),
                link.accepts().meaning(),
                text(link.state()).orElse("Unknown"),
                text(link.stage()),
                Optional.ofNullable(link.percent()),
                Optional.ofNullable(link.eta()).map(eta -> new Link.Eta(seconds(eta.p50()), seconds(eta.p90()))),
                Optional.ofNullable(link.bootDeadline()),
                text(link.reason()),
                text(link.message()),
                Optional.ofNullable(link.retryAt()),
                Optional.ofNullable(link.pricePerHour()),
                text(link.runId()));
    }

    private static Optional<Link.Access> access(LinkDocument link, Map<String, byte[]> documents)
            throws UnreadableLink {
        TokensDocument tokens =
                json("token.json", documents, TokensDocument.class).orElse(new TokensDocument(null, null));
        Optional<String> endpoint = text(link.endpoint());
        Optional<String> serverName = text(link.serverName());
        Optional<String> pin =
                link.pins() == null ? Optional.empty() : text(link.pins().current());
        Optional<String> certificate = pem("tls.crt", documents);
        Optional<String> key = pem("tls.key", documents);
        Optional<String> anchors = pem("ca.crt", documents);
        Optional<Sensitive> infer = token("infer token", tokens.infer());
        if (endpoint.isEmpty()
                || serverName.isEmpty()
                || link.pins() == null
                || pin.isEmpty()
                || certificate.isEmpty()
                || key.isEmpty()
                || anchors.isEmpty()
                || infer.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Link.Access(
                URI.create(endpoint.get()),
                serverName.get(),
                new Pins(pin.get(), text(link.pins().next())),
                certificate.get(),
                new Sensitive("client key", key.get()),
                anchors.get(),
                infer.get(),
                token("manage token", tokens.manage())));
    }

    private static Optional<Sensitive> token(String kind, @Nullable TokenPair pair) {
        return pair == null ? Optional.empty() : text(pair.current()).map(value -> new Sensitive(kind, value));
    }

    private static <T> Optional<T> json(String name, Map<String, byte[]> documents, Class<T> type)
            throws UnreadableLink {
        byte[] document = documents.get(name);
        if (document == null || document.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(document, type));
        } catch (JacksonException offence) {
            throw new UnreadableLink(
                    name + ": not understood at " + offence.getLocation().offsetDescription());
        }
    }

    private static Optional<String> pem(String name, Map<String, byte[]> documents) {
        byte[] document = documents.get(name);
        return document == null ? Optional.empty() : text(new String(document, StandardCharsets.US_ASCII));
    }

    private static Optional<String> text(@Nullable String value) {
        return Optional.ofNullable(value).filter(present -> !present.isBlank());
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }
}
