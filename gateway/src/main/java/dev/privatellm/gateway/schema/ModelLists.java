// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Models in the shapes of {@code /v1/models}: OpenAI's, and Anthropic's where the caller speaks that. */
final class ModelLists {
    private ModelLists() {}

    static ObjectNode list(Dialect dialect, List<KnownModel> models) {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        boolean anthropic = dialect == Dialect.ANTHROPIC;
        if (!anthropic) {
            list.put("object", "list");
        }
        ArrayNode data = list.putArray("data");
        models.forEach(model -> data.add(one(dialect, model)));
        if (anthropic) {
            list.put("has_more", false);
            list.put("first_id", models.isEmpty() ? null : models.getFirst().name());
            list.put("last_id", models.isEmpty() ? null : models.getLast().name());
        }
        return list;
    }

    static ObjectNode one(Dialect dialect, KnownModel model) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", model.name());
        if (dialect == Dialect.ANTHROPIC) {
            node.put("type", "model");
            node.put("display_name", model.name());
            node.put("created_at", model.modified().toString());
        } else {
            node.put("object", "model");
            node.put("created", model.modified().getEpochSecond());
            node.put("owned_by", "library");
        }
        return node;
    }
}
