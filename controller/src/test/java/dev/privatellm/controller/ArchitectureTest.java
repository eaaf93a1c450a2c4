// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The arrows between the controller's packages, and what none of them may know. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.privatellm.controller");

    private static void knowsNot(String who, String... whom) {
        noClasses()
                .that()
                .resideInAPackage("dev.privatellm.controller" + who + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(whom)
                .check(CLASSES);
    }

    @Test
    void statusDoesNotKnowWhoStepsAndTheLinkKnowsNeither() {
        knowsNot(".status", "dev.privatellm.controller.step..");
        knowsNot(".link", "dev.privatellm.controller.step..", "dev.privatellm.controller.status..");
    }

    @Test
    void stepsKnowNoVendorNoClusterAndNoHttp() {
        knowsNot("", "com.google..", "io.fabric8..", "io.micronaut..", "dev.privatellm.machine.gcp..");
        knowsNot(".step", "java.net.http..", "javax.net.ssl..");
        knowsNot(".status", "java.net.http..", "javax.net.ssl..");
    }

    @Test
    void stepsAskOnlyTheirOwnClock() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.privatellm.controller.step..", "dev.privatellm.controller.status..")
                .should()
                .callMethod(Instant.class, "now")
                .check(CLASSES);
    }
}
