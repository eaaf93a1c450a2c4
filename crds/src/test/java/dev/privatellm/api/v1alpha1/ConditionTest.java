// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ConditionTest {
    @Test
    void isWrittenAndReadWithTheWordsOfKubernetes() {
        var condition = new Condition("Ready", Condition.Status.TRUE, "Serving", "", Instant.EPOCH);

        var json = JsonMapper.shared().writeValueAsString(condition);

        assertThat(JsonMapper.shared().readTree(json).path("status").stringValue())
                .isEqualTo("True");
        assertThat(JsonMapper.shared().readValue(json, Condition.class)).isEqualTo(condition);
    }
}
