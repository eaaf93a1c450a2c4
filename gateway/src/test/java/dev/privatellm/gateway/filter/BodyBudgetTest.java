// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {
    @Test
    @DisplayName("R5 bodies in memory are bounded together, and room that is given back is room again")
    void boundsAllBodiesTogether() {
        BodyBudget budget = new BodyBudget(100);

        assertThat(budget.reserve(60)).isTrue();
        assertThat(budget.reserve(41)).isFalse();
        assertThat(budget.reserve(40)).isTrue();
        budget.release(60);
        assertThat(budget.reserve(60)).isTrue();
        assertThat(budget.reserve(1)).isFalse();
    }
}
