// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.Prices;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.cost.LedgerEntry.MachineRun;
import dev.privatellm.machine.cost.LedgerEntry.Standing;
import dev.privatellm.machine.plan.EffectKind;
import dev.privatellm.machine.plan.Holding;
import dev.privatellm.machine.plan.StageTime;
import dev.privatellm.machine.plan.Wake;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is written down of a run, so that it can be explained long after the record has forgotten it. */
final class LedgerTest {
    private final World world = new World();

    private List<MachineRun> runs() {
        return world.ledger.entries().stream()
                .filter(MachineRun.class::isInstance)
                .map(MachineRun.class::cast)
                .toList();
    }

    private List<Holding.Kind> stood() {
        return world.ledger.entries().stream()
                .filter(Standing.class::isInstance)
                .map(entry -> ((Standing) entry).holding().kind())
                .toList();
    }

    @Test
    @DisplayName("C17 a run is in the book once its machine is down, with its price, its length and why it ended")
    void writesDownARun() {
        world.wake();
        world.passes(Duration.ofMinutes(30));
        world.sleep();

        MachineRun run = runs().getFirst();
        assertThat(runs()).hasSize(1);
        assertThat(run.usdPerHour()).contains(new BigDecimal("0.48"));
        assertThat(run.reason()).isEqualTo("IdleTimeout");
        assertThat(run.seconds())
                .isEqualTo(Duration.between(run.start(), run.end()).toMillis() / 1000.0);
        assertThat(run.usd()).isEqualTo(run.cost(run.start(), run.end()));
    }

    @Test
    @DisplayName("C17 a run costs what its price was when it began, wherever that is from, and says so")
    void keepsThePriceOfItsBeginning() {
        world.prices =
                new Prices(Optional.of(World.START), Map.of("g2-standard-8 SPOT us-central1", new BigDecimal("0.40")));
        world.wake();
        world.prices = Prices.TABLE;
        world.sleep();
        world.wake();
        world.sleep();

        assertThat(runs().getFirst().usdPerHour()).contains(new BigDecimal("0.40"));
        assertThat(runs().getFirst().priceSource()).contains("catalogue of 2026-11-21");
        assertThat(runs().getLast().usdPerHour()).contains(new BigDecimal("0.48"));
        assertThat(runs().getLast().priceSource()).contains("table of 2026-08-01");
    }

    @Test
    @DisplayName("C17 the evidence of a wake names who asked, the calls by their ids and how long each stage took")
    void keepsTheEvidenceOfTheWake() {
        world.wake();
        world.sleep();

        Wake wake = runs().getFirst().wake().orElseThrow();
        assertThat(wake.askedBy()).isEqualTo("RequestsWaiting");
        assertThat(wake.calls())
                .extracting(Wake.Call::kind)
                .contains(EffectKind.UPLOAD_BUNDLE, EffectKind.INSERT_INSTANCE);
        assertThat(wake.calls())
                .allSatisfy(call -> assertThat(world.effects)
                        .anyMatch(effect -> effect.requestId().equals(Optional.of(call.requestId()))
                                && effect.kind() == call.kind()));
        assertThat(wake.stages())
                .extracting(StageTime::stage)
                .containsSubsequence("preparing", "creating", "booting", "loading");
        assertThat(wake.stages().stream().mapToDouble(StageTime::seconds).sum())
                .isEqualTo(wake.waitedSeconds().orElseThrow(), within(0.01));
    }

    @Test
    @DisplayName("C17 a wake by hand is told from one by a request, and a refused offering is told with its code")
    void tellsWhoAskedAndWhatWasRefused() {
        world.cloud
                .instances()
                .exhaust(new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone("us-central1-a")));
        world.requests = new PowerRequests(Optional.of("by hand"), Optional.empty(), PowerRequests.Order.NONE);
        world.until(() -> world.power() instanceof MachineState.Serving);
        world.sleep();

        Wake wake = runs().getFirst().wake().orElseThrow();
        assertThat(wake.askedBy()).isEqualTo("WokenByHand");
        assertThat(wake.refused())
                .extracting(block -> block.refused().zone().name())
                .containsExactly("us-central1-a");
    }

    @Test
    @DisplayName("C17 a process that died before it wrote in the book writes when it comes back, once")
    void catchesUpAfterADeathBetweenRecordAndBook() {
        world.ledger.full(true);
        world.wake();
        world.sleep();
        assertThat(runs()).isEmpty();

        world.ledger.full(false);
        world.restart();
        world.step();
        world.restart();
        world.step();

        assertThat(runs()).hasSize(1);
        assertThat(runs().getFirst().wake()).isPresent();
    }

    @Test
    @DisplayName("C17 a full disk keeps no machine awake, and no run out of the book once there is room")
    void sleepsEvenIfTheBookIsFull() {
        world.ledger.full(true);
        world.wake();
        world.sleep();
        world.wake();
        world.ledger.full(false);
        world.sleep();

        assertThat(runs()).extracting(MachineRun::id).containsExactly(1L, 2L);
    }

    @Test
    @DisplayName("C17 what stands between runs is paid for too: disk, secret and key, until they are gone")
    void countsWhatStandsBetweenRuns() {
        world.wake();
        world.sleep();
        assertThat(world.store.read().state().plan().holdings())
                .extracting(Holding::kind)
                .containsExactlyInAnyOrder(Holding.Kind.DISK, Holding.Kind.SECRET, Holding.Kind.KEY);
        assertThat(stood()).isEmpty();

        world.requests = new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.REMOVAL);
        world.passes(Duration.ofMinutes(10));

        assertThat(stood()).containsExactlyInAnyOrder(Holding.Kind.DISK, Holding.Kind.SECRET);
        assertThat(runs()).hasSize(1);
    }

    @Test
    void foretellsTheRestOfAWakeFromTheStageThatItIsIn() {
        world.wake();
        world.sleep();
        world.wake();
        world.sleep();
        world.request();
        world.until(() -> world.last
                .status()
                .boot()
                .filter(boot -> boot.stage().equals("booting"))
                .isPresent());

        var boot = world.last.status().boot().orElseThrow();
        var stages = world.store.read().state().plan().boots();
        assertThat(boot.etaP50Seconds().orElseThrow())
                .isEqualTo(stages.rest("booting", 0.5, false).orElseThrow().toMillis() / 1000.0, within(1.0));
    }
}
