// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.privatellm.machine.gcp");

    @Test
    void knowsThePortsAndNothingElseOfOurs() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.privatellm.machine.gcp",
                        "dev.privatellm.machine.cloud",
                        "java..",
                        "org.jspecify.annotations",
                        "tools.jackson..",
                        "io.github.bucket4j..",
                        "io.github.resilience4j..",
                        "com.google.api..",
                        "com.google.auth..",
                        "com.google.cloud..",
                        "com.google.iam..",
                        "com.google.protobuf..",
                        "com.google.type..")
                .check(OURS);
    }

    @Test
    void showsNoGoogleClassToItsUsers() {
        noClasses()
                .that()
                .arePublic()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google..")
                .check(OURS);
    }

    @Test
    void readsNoClockAndWaitsForNobody() {
        noClasses()
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("com.google.api.gax.longrunning.OperationFuture")
                .check(OURS);
    }
}
