// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final Set<String> POLICIES = Set.of(
            "Admission", "DeadManSwitch", "EngineUse", "GuestStatus", "Role", "TokenRing", "Bundle", "GuestConfig");

    private final JavaClasses guest = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.privatellm.guest");

    @Test
    void theGuestKnowsTheRelayAndNoCloudLibrary() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.privatellm.guest",
                        "dev.privatellm.relay",
                        "io.netty..",
                        "tools.jackson.core..",
                        "java..",
                        "javax.net.ssl",
                        "javax.security.auth.x500",
                        "org.jspecify.annotations")
                .check(guest);
    }

    @Test
    void decisionsKnowNoSocket() {
        noClasses()
                .that()
                .haveNameMatching(".*\\.(" + String.join("|", POLICIES) + ")(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "java.net.http..")
                .check(guest);
    }
}
