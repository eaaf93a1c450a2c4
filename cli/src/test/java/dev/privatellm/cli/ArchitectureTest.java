// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Commands call workstation, tour and wiring; none of these knows a command, and only the wiring names a cloud. */
class ArchitectureTest {
    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.privatellm.cli");

    @Test
    void nobodyKnowsACommand() {
        noClasses()
                .that()
                .resideInAnyPackage("..cli.workstation..", "..cli.tour..", "..cli.wiring..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..cli.command..")
                .check(classes);
    }

    @Test
    void theTourMeasuresFromOutside() {
        noClasses()
                .that()
                .resideInAPackage("..cli.tour..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..cli.workstation..", "dev.privatellm.lab..", "dev.privatellm.controller..")
                .check(classes);
    }

    @Test
    void onlyTheWiringNamesACloud() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..cli.wiring..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.privatellm.machine.gcp..", "com.google..")
                .check(classes);
    }
}
