// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Which members a JSON document has and of which types, values left out: {@code /message/content:STRING}. */
final class Shape {

    private Shape() {}

    static Set<String> of(JsonNode document) {
        Set<String> shape = new TreeSet<>();
        collect("", document, shape);
        return shape;
    }

    private static void collect(String path, JsonNode node, Set<String> shape) {
        shape.add(path + ":" + node.getNodeType());
        if (node.isObject()) {
            node.properties().forEach(p -> collect(path + "/" + p.getKey(), p.getValue(), shape));
        } else if (node.isArray()) {
            node.forEach(item -> collect(path + "[]", item, shape));
        }
    }
}
