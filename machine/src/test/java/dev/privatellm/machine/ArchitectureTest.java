// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The arrows between the packages of a machine, and what none of them may know. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.privatellm.machine");

    private static void knowsNot(String who, String... whom) {
        noClasses()
                .that()
                .resideInAPackage("dev.privatellm.machine" + (who.isEmpty() ? "" : "." + who) + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(whom)
                .check(CLASSES);
    }

    @Test
    void powerKnowsNeitherCloudsNorPlans() {
        knowsNot(
                "power",
                "dev.privatellm.machine.cloud..",
                "dev.privatellm.machine.link..",
                "dev.privatellm.machine.pki..",
                "dev.privatellm.machine.plan..");
    }

    @Test
    void portsKnowNoDecisions() {
        knowsNot(
                "cloud",
                "dev.privatellm.machine.plan..",
                "dev.privatellm.machine.power..",
                "dev.privatellm.machine.pki..");
        knowsNot(
                "link",
                "dev.privatellm.machine.plan..",
                "dev.privatellm.machine.power..",
                "dev.privatellm.machine.cloud..");
        knowsNot(
                "pki",
                "dev.privatellm.machine.plan..",
                "dev.privatellm.machine.power..",
                "dev.privatellm.machine.cloud..");
    }

    @Test
    void nobodyKnowsAVendorAClusterOrAFramework() {
        knowsNot("", "com.google..", "io.fabric8..", "io.micronaut..", "io.javaoperatorsdk..", "dev.privatellm.api..");
    }

    @Test
    void decisionsAskNoClockAndNoDiceAndStartNoThread() {
        for (String decides : new String[] {"power", "plan", "cloud", "sweep"}) {
            noClasses()
                    .that()
                    .resideInAPackage("dev.privatellm.machine." + decides + "..")
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(Clock.class, "systemUTC")
                    .orShould()
                    .callMethod(UUID.class, "randomUUID")
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(Thread.class)
                    .check(CLASSES);
        }
    }
}
