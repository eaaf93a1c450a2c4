// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.project;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Which permissions a call needs: {@code permissions.yaml}, with its sources. What is not in it needs none here. */
final class Permissions {
    private final Map<String, List<String>> needs = new LinkedHashMap<>();

    private Permissions() {}

    static Permissions read() {
        Permissions permissions = new Permissions();
        try (var table = Permissions.class.getResourceAsStream("permissions.yaml")) {
            new YAMLMapper()
                    .readTree(table)
                    .propertyStream()
                    .forEach(rpc -> permissions.needs.put(
                            rpc.getKey(),
                            rpc.getValue().valueStream().map(JsonNode::asString).toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return permissions;
    }

    /** In the order in which they are looked for. */
    List<String> of(String rpc) {
        return needs.getOrDefault(rpc, List.of());
    }
}
