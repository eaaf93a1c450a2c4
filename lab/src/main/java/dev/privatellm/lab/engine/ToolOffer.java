// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A function that the caller offers to the model.
 *
 * @param schema JSON schema of its arguments
 */
record ToolOffer(String name, JsonNode schema) {

    /** Those of a {@code tools} array in any dialect; built-in tools without a schema are passed over. */
    static List<ToolOffer> all(JsonNode tools) {
        List<ToolOffer> offers = new ArrayList<>();
        for (JsonNode tool : tools) {
            JsonNode function = tool.has("function") ? tool.path("function") : tool;
            JsonNode schema =
                    function.has("input_schema") ? function.path("input_schema") : function.path("parameters");
            String name = Json.string(function, "name");
            if (!name.isEmpty() && schema.isObject()) {
                offers.add(new ToolOffer(name, schema));
            }
        }
        return offers;
    }
}
