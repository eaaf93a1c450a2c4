// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What {@link FirewallProvider} promises, whoever fills it. */
public abstract class FirewallProviderContract extends CloudContract {
    private static final String RULE = NAME + "-ingress";

    protected abstract FirewallProvider firewalls();

    @Test
    void findsNothingWhereNothingIs() {
        assertThat(firewalls().find(RULE)).isEmpty();
        assertThat(firewalls().list()).isEmpty();
    }

    @Test
    void keepsARuleExactlyAsItWasAskedFor() {
        FirewallRule rule = rule(RULE, 1, "198.51.100.7/32", "203.0.113.9/32");

        done(firewalls().insert(rule, newRequest()));

        assertThat(firewalls().find(RULE)).contains(rule);
    }

    @Test
    void makesOneRuleOfOneRequest() {
        FirewallRule rule = rule(RULE, 1, "198.51.100.7/32");
        RequestId request = newRequest();

        OperationId first = firewalls().insert(rule, request);
        assertThat(firewalls().insert(rule, request)).isEqualTo(first);
        done(first);

        eventually(() -> !firewalls().list().isEmpty());
        assertThat(firewalls().list()).containsExactly(rule);
    }

    @Test
    void refusesASecondRuleOfThatName() {
        done(firewalls().insert(rule(RULE, 1, "198.51.100.7/32"), newRequest()));

        assertThatThrownBy(() -> firewalls().insert(rule(RULE, 2, "203.0.113.9/32"), newRequest()))
                .isInstanceOf(CloudFailure.AlreadyExists.class);
        assertThat(firewalls().find(RULE)).contains(rule(RULE, 1, "198.51.100.7/32"));
    }

    @Test
    void replacesEverythingOfARule() {
        done(firewalls().insert(rule(RULE, 1, "198.51.100.7/32"), newRequest()));
        FirewallRule other = new FirewallRule(
                RULE, "default", new TreeSet<>(List.of("203.0.113.9/32")), "pllm-other", 8443, Optional.of(owner(2)));

        done(firewalls().replace(other, newRequest()));

        assertThat(firewalls().find(RULE)).contains(other);
    }

    @Test
    void cannotReplaceOrRemoveWhatIsNotThere() {
        assertThatThrownBy(() -> firewalls().replace(rule(RULE, 1, "198.51.100.7/32"), newRequest()))
                .isInstanceOf(CloudFailure.NotFound.class);
        assertThatThrownBy(() -> firewalls().delete(RULE, newRequest())).isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void removesARule() {
        done(firewalls().insert(rule(RULE, 1, "198.51.100.7/32"), newRequest()));

        done(firewalls().delete(RULE, newRequest()));

        assertThat(firewalls().find(RULE)).isEmpty();
        eventually(() -> firewalls().list().isEmpty());
    }

    @Test
    void listsEveryRuleOfOursAndNoOther() {
        done(firewalls().insert(rule(RULE, 1, "198.51.100.7/32"), newRequest()));
        done(firewalls().insert(rule("pllm-ffffffffffff-ingress", 1, "203.0.113.9/32"), newRequest()));
        done(firewalls().insert(rule("somebody-elses", 1, "203.0.113.9/32"), newRequest()));

        eventually(() -> firewalls().list().size() == 2);

        assertThat(firewalls().list())
                .extracting(FirewallRule::name)
                .containsExactlyInAnyOrder(RULE, "pllm-ffffffffffff-ingress");
    }

    @Test
    void hasForgottenOperationsThatItNeverKnew() {
        assertThat(firewalls().operation(OperationId.global("operation-never")))
                .isInstanceOf(OperationStatus.Forgotten.class);
    }

    private static FirewallRule rule(String name, long epoch, String... sources) {
        return new FirewallRule(
                name, "default", new TreeSet<>(List.of(sources)), "pllm-tag", 8080, Optional.of(owner(epoch)));
    }

    private static FirewallRule.Owner owner(long epoch) {
        return new FirewallRule.Owner(OWNER, "cluster-1", epoch, Instant.parse("2026-11-21T10:00:00Z"));
    }

    private void done(OperationId id) {
        eventually(() -> !(firewalls().operation(id) instanceof OperationStatus.Running));
        assertThat(firewalls().operation(id)).isInstanceOf(OperationStatus.Done.class);
    }
}
