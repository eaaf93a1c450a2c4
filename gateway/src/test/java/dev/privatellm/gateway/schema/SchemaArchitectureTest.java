// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class SchemaArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.privatellm.gateway.schema", "dev.privatellm.gateway.metering");

    @Test
    void clientApisKnowNoNetworkNoServerAndNoClock() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "io.micronaut..", "java.net.http..", "java.util.concurrent.locks..")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(CLASSES);
    }

    @Test
    void meteringKnowsNoWireFormat() {
        noClasses()
                .that()
                .resideInAPackage("dev.privatellm.gateway.metering..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.privatellm.gateway.schema..", "tools.jackson..", "com.fasterxml.jackson..")
                .check(CLASSES);
    }

    @Test
    void clientApisKnowNothingElseOfTheGateway() {
        noClasses()
                .that()
                .resideInAPackage("dev.privatellm.gateway.schema..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.privatellm.relay..",
                        "dev.privatellm.gateway.exchange..",
                        "dev.privatellm.gateway.filter..",
                        "dev.privatellm.gateway.activation..",
                        "dev.privatellm.gateway.upstream..",
                        "dev.privatellm.gateway.port..")
                .check(CLASSES);
    }
}
