// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of the workstation: it fills ports with files, and knows neither who calls it nor which cloud it was given. */
class ArchitectureTest {

    @Test
    void knowsNoCommandNoAdapterAndNoCluster() {
        noClasses()
                .that()
                .resideInAPackage("dev.privatellm.cli.workstation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.privatellm.cli.command..",
                        "dev.privatellm.cli.wiring..",
                        "dev.privatellm.cli.tour..",
                        "dev.privatellm.machine.gcp..",
                        "dev.privatellm.lab..",
                        "com.google..",
                        "io.fabric8..",
                        "picocli..")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.privatellm.cli.workstation"));
    }
}
