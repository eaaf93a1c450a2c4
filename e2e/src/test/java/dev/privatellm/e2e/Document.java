// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A {@code PrivateLlm} document for tests. Its keys are quick to make, and its machine stands on what every project has, unless that is what a test is about;
 * everything else that is not said has its default.
 *
 * @param project also names the model, so that an emulator's records of one test can be told from another's
 * @param drainTimeoutSeconds how long the end waits for running answers
 * @param isFromNothing whether network, key and account are made for the machine
 */
record Document(String project, int drainTimeoutSeconds, boolean isFromNothing) {
    static final String FIRST_ZONE = "europe-west4-a";
    static final String SECOND_ZONE = "europe-west4-b";

    static Document of(String project) {
        return of(project, 10);
    }

    static Document of(String project, int drainTimeoutSeconds) {
        return new Document(project, drainTimeoutSeconds, false);
    }

    /** With everything that a machine stands on made for it. */
    static Document fromNothing(String project) {
        return new Document(project, 10, true);
    }

    String model() {
        return project + ":1b";
    }

    String yaml() {
        return """
                apiVersion: privatellm.dev/v1alpha1
                kind: PrivateLlm
                metadata:
                  name: %1$s
                spec:
                  provider:
                    gcp:
                      projectId: %1$s%7$s
                  placement:
                    zones: [%2$s, %3$s]
                    machineTypes: [g2-standard-8]
                    provisioning: Spot
                  model:
                    name: %4$s
                    parallel: 8
                  power:
                    firstBoot: OnDemand
                    idleTimeoutSeconds: 0
                    drainTimeoutSeconds: %5$d
                  security:
                    keyAlgorithm: ECDSA_P256
                    hsm: %6$s
                """.formatted(
                                project,
                                FIRST_ZONE,
                                SECOND_ZONE,
                                model(),
                                drainTimeoutSeconds,
                                isFromNothing,
                                isFromNothing ? "" : "\n      serviceAccount: default")
                + (isFromNothing ? "" : "  network: {vpc: default}\n");
    }

    Path write(Path folder) throws IOException {
        return Files.writeString(folder.resolve(project + ".yaml"), yaml());
    }
}
