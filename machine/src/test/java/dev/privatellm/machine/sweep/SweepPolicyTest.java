// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.Asset;
import dev.privatellm.machine.plan.Names;
import dev.privatellm.machine.plan.PlanState;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SweepPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    private static final Duration DAY = Duration.ofHours(24);
    private static final String OURS = "cluster-1";
    private static final String THEIRS = "cluster-2";
    private static final String UID = "uid-of-the-living";
    private static final Claims CLAIMS = new Claims(
            Optional.of(OURS), Map.of(UID, new Claims.Claimant("default/llama", PlanState.initial(NOW))), false);
    private static final Claims SERVED = new Claims(CLAIMS.cluster(), CLAIMS.resources(), true);

    @Test
    @DisplayName("what no record of this installation names goes once it is old enough, and not before")
    void ownLeftoversGoOnceTheyAreOld() {
        assertThat(alone(CLAIMS, machine(UID, OURS, Duration.ofHours(25))).isRemovable())
                .isTrue();
        assertThat(alone(CLAIMS, machine(UID, OURS, Duration.ofHours(23))))
                .isEqualTo(Finding.stays(machine(UID, OURS, Duration.ofHours(23)), "younger than 24h"));
        assertThat(alone(CLAIMS, machine("gone", OURS, Duration.ofHours(25))).why())
                .contains("no longer on record");
    }

    @Test
    @DisplayName("beside a serve that runs, nothing goes that it may be making or using")
    void leavesEverythingOfTheOneThatRuns() {
        assertThat(alone(SERVED, machine(UID, OURS, Duration.ofDays(9))).isRemovable())
                .isFalse();
        assertThat(alone(SERVED, shared(Asset.Kind.NETWORK, OURS)).isRemovable())
                .isFalse();
        assertThat(alone(SERVED, machine("gone", OURS, Duration.ofDays(9))).isRemovable())
                .isTrue();
    }

    @Test
    @DisplayName("S4 what another installation made stays, however old it is, unless that installation is named")
    void anotherInstallationStaysUnlessItIsNamed() {
        Asset machine = machine("theirs", THEIRS, Duration.ofDays(99));

        assertThat(alone(CLAIMS, machine).isRemovable()).isFalse();
        assertThat(alone(CLAIMS, machine).why()).contains(THEIRS);
        assertThat(named(List.of(machine), true).getFirst().isRemovable()).isTrue();
        assertThat(alone(Claims.NONE, machine).isRemovable()).isFalse();
    }

    @Test
    @DisplayName("of an installation that is named nothing goes as long as a machine of it works or was claimed lately")
    void aLivingInstallationIsLeftAloneEvenIfItIsNamed() {
        Asset secret = shared(Asset.Kind.BUCKET, THEIRS);
        Asset claimed = held(machine("theirs", THEIRS, Duration.ofDays(99)), NOW.minus(Duration.ofHours(23)), false);
        Asset silent = held(machine("theirs", THEIRS, Duration.ofDays(99)), NOW.minus(Duration.ofHours(25)), true);
        Asset working = at(machine("theirs", THEIRS, Duration.ofDays(99)), true);
        Asset renewed = held(rule("theirs", THEIRS), NOW.plusSeconds(1), true);

        assertThat(named(List.of(claimed, secret), true)).noneMatch(Finding::isRemovable);
        assertThat(named(List.of(working, secret), true)).noneMatch(Finding::isRemovable);
        assertThat(named(List.of(renewed, secret), true)).noneMatch(Finding::isRemovable);
        assertThat(named(List.of(silent, secret), true)).allMatch(Finding::isRemovable);
        assertThat(named(List.of(silent, secret), false)).noneMatch(Finding::isRemovable);
    }

    @Test
    @DisplayName(
            "S3 a rule whose time is over goes whoever made it, unless the record names it; one whose time is not stays with its owner")
    void expiredRulesGoWhoeverMadeThem() {
        Asset over = held(rule("theirs", THEIRS), NOW, true);
        Asset standing = held(rule("theirs", THEIRS), NOW.plusSeconds(1), true);

        assertThat(alone(CLAIMS, over).isRemovable()).isTrue();
        assertThat(alone(SERVED, over).isRemovable()).isTrue();
        assertThat(alone(CLAIMS, standing).isRemovable()).isFalse();
    }

    @Test
    @DisplayName("an account, which has no age and does not say who made it, is judged by what else its owner has")
    void anAccountIsJudgedByItsOwner() {
        Asset account = account("theirs");
        Asset old = machine("theirs", THEIRS, Duration.ofDays(2));
        Asset young = machine("theirs", THEIRS, Duration.ofHours(2));

        assertThat(named(List.of(account, old), true)).allMatch(Finding::isRemovable);
        assertThat(named(List.of(account, young), true)).noneMatch(Finding::isRemovable);
        assertThat(named(List.of(account), true).getFirst().why()).contains("does not say");
        assertThat(alone(CLAIMS, account(UID)).isRemovable()).isTrue();
    }

    @Test
    @DisplayName(
            "C13 records that were written anew prove nothing about owners whom they do not know, nor about what all share")
    void recordsWrittenAnewProveNothingAboutOthers() {
        Claims anew = new Claims(CLAIMS.cluster(), CLAIMS.resources(), false, true);
        Asset unknown = machine("second-of-the-lost-folder", OURS, Duration.ofDays(9));
        Asset shared = shared(Asset.Kind.SUBNET, OURS);
        Asset own = machine(UID, OURS, Duration.ofDays(9));
        List<Asset> all = List.of(unknown, shared, own);

        assertThat(new SweepPolicy(anew, DAY, Optional.empty()).judge(all, true, NOW))
                .filteredOn(Finding::isRemovable)
                .extracting(Finding::asset)
                .containsExactly(own);
        assertThat(new SweepPolicy(anew, DAY, Optional.of(OURS)).judge(all, true, NOW))
                .allMatch(Finding::isRemovable);
        assertThat(new SweepPolicy(anew, DAY, Optional.of(OURS))
                        .judge(List.of(held(unknown, NOW.plusSeconds(1), false), shared), true, NOW))
                .noneMatch(Finding::isRemovable);
    }

    @Test
    @DisplayName(
            "C9 whose machine somebody holds, or lately held, is left alone with all that is his, though no record knows him")
    void leavesWhatSomebodyHolds() {
        Asset held = held(machine("gone", OURS, Duration.ofDays(9)), NOW.minus(Duration.ofHours(23)), false);
        Asset account = account("gone");
        Asset let = held(machine("gone", OURS, Duration.ofDays(9)), NOW.minus(Duration.ofHours(25)), false);

        assertThat(new SweepPolicy(CLAIMS, DAY, Optional.empty()).judge(List.of(held, account), true, NOW))
                .noneMatch(Finding::isRemovable)
                .allSatisfy(finding -> assertThat(finding.why())
                        .contains("until " + held.heldUntil().orElseThrow()));
        assertThat(new SweepPolicy(CLAIMS, DAY, Optional.empty()).judge(List.of(let, account), true, NOW))
                .allMatch(Finding::isRemovable);
    }

    @Test
    @DisplayName("a machine of the user's that bears our labels and is on no record yet is never called left over")
    void leavesAMachineThatIsBeingTakenOver() {
        Asset ours = machine(UID, OURS, Duration.ofDays(9));
        Asset users = new Asset(
                Asset.Kind.MACHINE,
                "my-old-machine",
                ours.place(),
                ours.cloudId(),
                ours.owner(),
                ours.cluster(),
                ours.release(),
                ours.createdAt(),
                Optional.empty(),
                false,
                ours.usdPerMonth());

        assertThat(alone(CLAIMS, users).isRemovable()).isFalse();
        assertThat(new SweepPolicy(Claims.NONE, DAY, Optional.of(OURS))
                        .judge(List.of(users), true, NOW)
                        .getFirst()
                        .isRemovable())
                .isFalse();
        assertThat(alone(CLAIMS, ours).isRemovable()).isTrue();
    }

    @Test
    @DisplayName(
            "what another kind of installation made is never called left over, not even where its id is ours or was named; what does not say its kind is judged by its id")
    void leavesWhatAnotherReleaseMade() {
        Asset ours = machine(UID, OURS, Duration.ofDays(9));
        Asset operators = released(ours, Optional.of("models-llm"));

        assertThat(alone(CLAIMS, operators).why()).isEqualTo("belongs to release models-llm");
        assertThat(new SweepPolicy(Claims.NONE, DAY, Optional.of(OURS))
                        .judge(List.of(operators), true, NOW)
                        .getFirst()
                        .isRemovable())
                .isFalse();
        assertThat(alone(CLAIMS, released(ours, Optional.empty())).isRemovable())
                .isTrue();
    }

    private static Asset released(Asset asset, Optional<String> release) {
        return new Asset(
                asset.kind(),
                asset.name(),
                asset.place(),
                asset.cloudId(),
                asset.owner(),
                asset.cluster(),
                release,
                asset.createdAt(),
                asset.heldUntil(),
                asset.inUse(),
                asset.usdPerMonth());
    }

    @Test
    void refusesAnAgeInWhichRecordsMayLagBehind() {
        assertThatThrownBy(() -> new SweepPolicy(CLAIMS, Duration.ofMinutes(9), Optional.empty()))
                .hasMessageContaining("olderThan");
    }

    private static Finding alone(Claims claims, Asset asset) {
        return new SweepPolicy(claims, DAY, Optional.empty())
                .judge(List.of(asset), true, NOW)
                .getFirst();
    }

    private static List<Finding> named(List<Asset> all, boolean isComplete) {
        return new SweepPolicy(CLAIMS, DAY, Optional.of(THEIRS)).judge(all, isComplete, NOW);
    }

    private static Asset machine(String owner, String cluster, Duration age) {
        return asset(Asset.Kind.MACHINE, Optional.of(owner), Optional.of(cluster), Optional.of(NOW.minus(age)));
    }

    private static Asset rule(String owner, String cluster) {
        return asset(Asset.Kind.RULE, Optional.of(owner), Optional.of(cluster), Optional.of(NOW.minusSeconds(60)));
    }

    private static Asset account(String owner) {
        return asset(Asset.Kind.ACCOUNT, Optional.of(owner), Optional.empty(), Optional.empty());
    }

    private static Asset shared(Asset.Kind kind, String cluster) {
        return asset(kind, Optional.empty(), Optional.of(cluster), Optional.of(NOW.minus(Duration.ofDays(9))));
    }

    private static Asset at(Asset asset, boolean inUse) {
        return new Asset(
                asset.kind(),
                asset.name(),
                asset.place(),
                asset.cloudId(),
                asset.owner(),
                asset.cluster(),
                asset.release(),
                asset.createdAt(),
                asset.heldUntil(),
                inUse,
                asset.usdPerMonth());
    }

    private static Asset held(Asset asset, Instant until, boolean inUse) {
        return new Asset(
                asset.kind(),
                asset.name(),
                asset.place(),
                asset.cloudId(),
                asset.owner(),
                asset.cluster(),
                asset.release(),
                asset.createdAt(),
                Optional.of(until),
                inUse,
                asset.usdPerMonth());
    }

    private static Asset asset(
            Asset.Kind kind, Optional<String> owner, Optional<String> cluster, Optional<Instant> createdAt) {
        return new Asset(
                kind,
                Names.of(owner.orElse("shared")).id(),
                "us-central1-a",
                "1",
                owner,
                cluster,
                Optional.of("workstation"),
                createdAt,
                Optional.empty(),
                false,
                Optional.of(BigDecimal.ONE));
    }
}
