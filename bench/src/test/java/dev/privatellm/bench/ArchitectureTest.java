// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    @Test
    void measuresFromOutside() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.privatellm.gateway..",
                        "dev.privatellm.controller..",
                        "dev.privatellm.lab..",
                        "dev.privatellm.cli..")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.privatellm.bench"));
    }
}
