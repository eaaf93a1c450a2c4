// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GcpArchitectureTest {

    private static final String ROOT = "dev.privatellm.lab.gcp";

    static {
        // Only our own arrows are looked at; reading Google's 10,000 classes for them takes a quarter of a minute.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    }

    private final JavaClasses emulator = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void knowsNeitherTheAdapterNorAnybodyWhoUsesIt() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.privatellm.machine..",
                        "dev.privatellm.controller..",
                        "dev.privatellm.gateway..",
                        "dev.privatellm.relay..",
                        "dev.privatellm.cli..",
                        "com.google.cloud.compute.v1.stub..",
                        "com.google.api.gax..",
                        "com.google.auth..")
                .check(emulator);
    }

    @Test
    void keepsTheListenerFreeOfClouds() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".http")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".rest",
                        ROOT + ".compute",
                        ROOT + ".secret",
                        ROOT + ".kms",
                        ROOT + ".iam",
                        ROOT + ".instance",
                        ROOT + ".record")
                .check(emulator);
    }

    @Test
    void keepsMachinesFreeOfApis() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".instance")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".rest",
                        ROOT + ".compute",
                        ROOT + ".secret",
                        ROOT + ".kms",
                        ROOT + ".iam",
                        "com.google.cloud..")
                .check(emulator);
    }

    @Test
    void keepsIdentitiesFreeOfWhatTheyAreGranted() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".iam")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".compute", ROOT + ".secret", ROOT + ".kms", ROOT + ".instance")
                .check(emulator);
    }

    @Test
    void takesTheTimeFromTheInjectedClockOnly() {
        noClasses().should().callMethod(Instant.class, "now").check(emulator);
        noClasses()
                .that()
                .doNotHaveSimpleName("GoogleCloudOptions")
                .should()
                .callMethod(Clock.class, "systemUTC")
                .check(emulator);
    }
}
