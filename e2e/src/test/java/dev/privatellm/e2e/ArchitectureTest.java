// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** What a stranger could not do, these tests do not do either: they know processes, HTTP, sockets and files, and none of our classes but the emulator's. */
class ArchitectureTest {
    private final JavaClasses classes = new ClassFileImporter().importPackages("dev.privatellm.e2e");

    @Test
    void onlyPublicSurfacesAreUsed() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("dev.privatellm..")
                        .and(not(resideInAnyPackage("dev.privatellm.e2e..", "dev.privatellm.lab.."))))
                .check(classes);
    }
}
