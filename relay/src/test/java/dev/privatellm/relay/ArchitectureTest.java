// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private final JavaClasses relay = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.privatellm.relay");

    @Test
    void theRelayKnowsNettyAndNothingElse() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.privatellm.relay", "io.netty..", "java..", "javax.net.ssl", "org.jspecify.annotations")
                .check(relay);
    }
}
