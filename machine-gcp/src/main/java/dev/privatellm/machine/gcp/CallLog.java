// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes down every call to the cloud as it went over the wire, a line of JSON each, for whoever wants to know what was done in his project: verb, path, names
 * of the query's parameters and of the fields that were sent, with the values that cannot be a secret's; status, and names and types of the fields that came
 * back. Which values those are is said here and nowhere else: numbers, truth values, the cloud's own words in capitals, and fields of {@link #TOLD}. Tokens are asked
 * for elsewhere and are not written down at all.
 */
final class CallLog {
    /** Environment variable that names the file to append to; without it nothing is written. */
    static final String VARIABLE = "PRIVATE_LLM_CLOUD_CALLS";

    /** Fields whose values say how a thing is made, and never what is in it. */
    private static final Set<String> TOLD = Set.of(
            "IPProtocol",
            "diskSizeGb",
            "diskType",
            "ipCidrRange",
            "items[].key",
            "labels.managed-by",
            "location",
            "machineType",
            "metadata.items[].key",
            "onHostMaintenance",
            "ports[]",
            "priority",
            "retentionDurationSeconds",
            "role",
            "rotationPeriod",
            "scheduling.maxRunDuration.seconds",
            "scopes[]",
            "serviceIds[]",
            "sizeGb");

    /** Never told, whatever they look like: contents, and what changes from call to call. */
    private static final Set<String> UNTOLD = Set.of("data", "etag", "fingerprint", "value");

    private static final Pattern WORD = Pattern.compile("[A-Z][A-Z_]{2,60}");
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Opens a connection without sending anything. */
    interface Opening {
        HttpURLConnection open(URL url) throws IOException;
    }

    private final Optional<Path> file;

    CallLog(Optional<Path> file) {
        this.file = file;
    }

    /** The one that the environment asks for. */
    static CallLog of(Map<String, String> environment) {
        return new CallLog(Optional.ofNullable(environment.get(VARIABLE))
                .filter(name -> !name.isEmpty())
                .map(Path::of));
    }

    /** What is opened is written down when it is answered. */
    Opening around(Opening opening) {
        return file.isEmpty() ? opening : url -> new RecordedConnection(opening.open(url), this::write);
    }

    private void write(RecordedConnection.Exchange exchange) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("verb", exchange.verb());
        line.put("path", URLDecoder.decode(exchange.url().getPath().replace("+", "%2B"), StandardCharsets.UTF_8));
        line.put("query", parameters(exchange.url()));
        line.put("sent", fields(exchange.sent(), CallLog::told));
        line.put("status", exchange.status());
        line.put("received", fields(exchange.received(), (_, value) -> type(value)));
        append(JSON.writeValueAsString(line) + "\n");
    }

    private synchronized void append(String line) {
        Path path = file.orElseThrow();
        try {
            if (!Files.exists(path)) {
                Files.createFile(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(path, line, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("%s: the calls cannot be written down".formatted(VARIABLE), e);
        }
    }

    private static Collection<String> parameters(URL url) {
        return Stream.ofNullable(url.getQuery())
                .flatMap(query -> Stream.of(query.split("&")))
                .map(parameter -> URLDecoder.decode(parameter.split("=", 2)[0], StandardCharsets.UTF_8))
                .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
    }

    /** Says something of a value, or nothing. */
    private interface Remark {
        String of(String path, JsonNode value);
    }

    private static Collection<String> fields(String body, Remark remark) {
        Set<String> fields = new TreeSet<>();
        try {
            collect("", JSON.readTree(body), remark, fields);
        } catch (JacksonException e) {
            return List.of("(no JSON)");
        }
        return fields;
    }

    private static void collect(String path, JsonNode node, Remark remark, Set<String> fields) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> collect(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                            field.getValue(),
                            remark,
                            fields));
        } else if (node.isArray()) {
            node.forEach(item -> collect(path + "[]", item, remark, fields));
        } else if (!path.isEmpty()) {
            fields.add(path + remark.of(path, node));
        }
    }

    private static String told(String path, JsonNode value) {
        String name = path.substring(path.lastIndexOf('.') + 1);
        String text = value.asString("");
        boolean isTold = !value.isString()
                || TOLD.contains(path)
                || TOLD.contains(name)
                || WORD.matcher(text).matches();
        return isTold && !UNTOLD.contains(name) ? " = " + text : "";
    }

    private static String type(JsonNode value) {
        return value.isString() ? "" : " (" + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT) + ")";
    }
}
