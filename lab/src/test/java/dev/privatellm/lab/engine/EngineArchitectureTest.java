// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EngineArchitectureTest {

    private final JavaClasses engine = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.privatellm.lab.engine");

    @Test
    void knowsNoCloudNoGuestAndNoGateway() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.privatellm.lab.gcp..",
                        "dev.privatellm.guest..",
                        "dev.privatellm.relay..",
                        "dev.privatellm.gateway..",
                        "com.google..")
                .check(engine);
    }

    @Test
    void takesTheTimeFromTheInjectedClockOnly() {
        noClasses().should().callMethod(Instant.class, "now").check(engine);
        noClasses()
                .that()
                .doNotHaveSimpleName("EngineOptions")
                .should()
                .callMethod(Clock.class, "systemUTC")
                .check(engine);
    }
}
