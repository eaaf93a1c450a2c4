// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import dev.privatellm.lab.gcp.http.ConnectionTap;
import dev.privatellm.lab.gcp.http.HttpCall;
import dev.privatellm.lab.gcp.http.HttpListener;
import dev.privatellm.lab.gcp.http.HttpReply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import tools.jackson.databind.json.JsonMapper;

/**
 * The metadata server that one machine sees, as documented in "About VM metadata": the flavour header is demanded and given, every value has an ETag, and
 * {@code wait_for_change} with {@code last_etag} waits.
 */
final class MetadataServer implements AutoCloseable {

    private static final String ROOT = "/computeMetadata/v1/";
    private static final String GUEST = "instance/guest-attributes/";
    private static final String ATTRIBUTES = "instance/attributes/";

    /** Longest wait where the caller gives none. */
    private static final long MAX_WAIT_MILLIS = 10 * 60 * 1000L;

    private final GuestMetadata metadata;
    private final Map<String, Supplier<String>> values = new TreeMap<>();
    private final HttpListener listener;

    MetadataServer(MachineSetup setup, Supplier<String> token) throws IOException {
        metadata = setup.metadata();
        String account = "instance/service-accounts/default/";
        values.put("instance/id", () -> setup.id());
        values.put("instance/name", () -> setup.name());
        values.put(
                "instance/hostname", () -> setup.name() + "." + setup.zone() + ".c." + setup.project() + ".internal");
        values.put("instance/zone", () -> "projects/" + setup.projectNumber() + "/zones/" + setup.zone());
        values.put(
                "instance/machine-type",
                () -> "projects/" + setup.projectNumber() + "/machineTypes/" + setup.machineType());
        values.put("instance/preempted", () -> metadata.isPreempted() ? "TRUE" : "FALSE");
        values.put(
                "instance/network-interfaces/0/ip",
                () -> (setup.isDoorExternal() ? setup.internal() : setup.door()).ip());
        if (setup.isDoorExternal()) {
            values.put(
                    "instance/network-interfaces/0/access-configs/0/external-ip",
                    () -> setup.door().ip());
        }
        values.put("project/project-id", () -> setup.project());
        values.put("project/numeric-project-id", () -> String.valueOf(setup.projectNumber()));
        if (!setup.serviceAccount().isEmpty()) {
            values.put(account + "token", token);
            values.put(account + "email", () -> setup.serviceAccount());
            values.put(account + "scopes", () -> String.join("\n", setup.scopes()) + "\n");
        }
        listener = HttpListener.start(new Address("127.0.0.1", 0).socket(), this::handle, ConnectionTap.NONE);
    }

    Address address() {
        return new Address("127.0.0.1", listener.address().getPort());
    }

    private HttpReply handle(HttpCall call) throws InterruptedException {
        HttpReply reply;
        if (call.path().equals("/")) {
            reply = HttpReply.text(200, "computeMetadata/\n");
        } else if (!call.header("metadata-flavor").orElse("").equals("Google")
                || call.header("x-forwarded-for").isPresent()) {
            reply = HttpReply.text(403, "Missing Metadata-Flavor:Google header.\n");
        } else if (!call.path().startsWith(ROOT)) {
            reply = HttpReply.text(404, "no such metadata\n");
        } else {
            reply = answer(call, call.path().substring(ROOT.length()));
        }
        return reply.with("Metadata-Flavor", "Google").with("Server", "Metadata Server for VM");
    }

    private HttpReply answer(HttpCall call, String path) throws InterruptedException {
        if (path.startsWith(GUEST)) {
            return guestAttribute(call, path.substring(GUEST.length()));
        }
        if (!call.method().equals("GET")) {
            return HttpReply.text(405, "only guest attributes are written\n");
        }
        Supplier<Optional<String>> value = () -> value(path);
        Optional<String> now = value.get();
        if (call.parameter("wait_for_change").orElse("").equals("true")) {
            String last =
                    call.parameter("last_etag").orElseGet(() -> etag(value.get().orElse("")));
            now = metadata.awaitOther(value, last, millis(call.parameter("timeout_sec")));
        }
        return now.map(text -> HttpReply.text(200, text).with("ETag", etag(text)))
                .orElseGet(() -> HttpReply.text(404, "no such metadata\n"));
    }

    private Optional<String> value(String path) {
        if (path.equals(ATTRIBUTES)) {
            return Optional.of(JsonMapper.shared().writeValueAsString(new TreeMap<>(metadata.attributes())));
        }
        return path.startsWith(ATTRIBUTES)
                ? Optional.ofNullable(metadata.attributes().get(path.substring(ATTRIBUTES.length())))
                : Optional.ofNullable(values.get(path)).map(Supplier::get);
    }

    private HttpReply guestAttribute(HttpCall call, String path) {
        if (!metadata.attributes().getOrDefault("enable-guest-attributes", "").equalsIgnoreCase("true")) {
            return HttpReply.text(403, "Guest attributes endpoint access is disabled.\n");
        }
        if (call.method().equals("PUT")) {
            boolean kept = metadata.putGuestAttribute(path, call.body().toStringUtf8());
            return kept ? HttpReply.text(200, "") : HttpReply.text(429, "too many guest attributes\n");
        }
        String value = metadata.guestAttributes().get(path);
        return value == null ? HttpReply.text(404, "no such guest attribute\n") : HttpReply.text(200, value);
    }

    private static long millis(Optional<String> seconds) {
        try {
            return seconds.map(text -> Math.min(MAX_WAIT_MILLIS, Long.parseLong(text) * 1000L))
                    .orElse(MAX_WAIT_MILLIS);
        } catch (NumberFormatException _) {
            return MAX_WAIT_MILLIS;
        }
    }

    /** Tag that changes with the value. */
    static String etag(String value) {
        CRC32 crc = new CRC32();
        crc.update(value.getBytes(StandardCharsets.UTF_8));
        return "%08x%08x".formatted(crc.getValue(), value.length());
    }

    @Override
    public void close() {
        listener.close();
    }
}
