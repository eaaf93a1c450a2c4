// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.api.v1alpha1.Condition;
import dev.privatellm.machine.plan.PlanState;
import java.time.Instant;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything that is kept of one resource between steps.
 *
 * @param conditions as last reported, because they remember when they changed
 */
public record ResourceState(PlanState plan, List<Condition> conditions) {
    private static final JsonMapper JSON = JsonMapper.shared();

    public ResourceState {
        conditions = List.copyOf(conditions);
    }

    /** Nothing was ever done. */
    public static ResourceState initial(Instant now) {
        return new ResourceState(PlanState.initial(now), List.of());
    }

    /** As a JSON document. */
    public byte[] toJson() {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
    }

    /**
     * From the document that {@link #toJson()} wrote.
     *
     * @throws IllegalArgumentException if it is none of ours
     */
    public static ResourceState fromJson(byte[] document) {
        try {
            return JSON.readValue(document, ResourceState.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("state is not understood: " + e.getOriginalMessage(), e);
        }
    }
}
