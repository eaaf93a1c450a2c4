// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The arrows between the gateway's packages. */
class ArchitectureTest {
    private static final String ROOT = "dev.privatellm.gateway.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.privatellm.gateway");

    @Test
    void portsKnowNothingButCounts() {
        knowsNot("port", "exchange", "filter", "activation", "upstream", "schema", "endpoint", "metrics");
    }

    @Test
    void anExchangeDoesNotKnowWhichFiltersExist() {
        knowsNot("exchange", "filter", "activation", "upstream", "endpoint", "metrics");
    }

    @Test
    void activationKnowsNeitherConnectionsNorHttp() {
        knowsNot("activation", "exchange", "filter", "upstream", "endpoint", "metrics");
        noClasses()
                .that()
                .resideInAPackage(ROOT + "activation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "dev.privatellm.relay..")
                .check(CLASSES);
    }

    @Test
    void theWayToTheMachinesKnowsNoClientApi() {
        knowsNot("upstream", "schema", "metering", "exchange", "filter", "activation", "endpoint", "metrics");
    }

    @Test
    void onlyTheServerKnowsMicronaut() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "endpoint..", "dev.privatellm.gateway")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micronaut..", "jakarta.inject..")
                .check(CLASSES);
    }

    @Test
    void nobodyKnowsKubernetes() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", "dev.privatellm.api..")
                .check(CLASSES);
    }

    @Test
    void nobodyAsksForTheTimeButTheTimepiece() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SystemTimepiece")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .check(CLASSES);
    }

    private static void knowsNot(String from, String... to) {
        String[] packages = new String[to.length];
        for (int i = 0; i < to.length; i++) {
            packages[i] = ROOT + to[i] + "..";
        }
        noClasses()
                .that()
                .resideInAPackage(ROOT + from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .check(CLASSES);
    }
}
