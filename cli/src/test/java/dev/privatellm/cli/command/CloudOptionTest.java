// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.api.v1alpha1.DocumentReader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CloudOptionTest {
    private static final String DOCUMENT = """
            apiVersion: privatellm.dev/v1alpha1
            kind: PrivateLlm
            metadata: {name: llama}
            spec:
              provider: {gcp: {projectId: my-project}}
              placement: {zones: [europe-west4-a], machineTypes: [g2-standard-8]}
              model: {name: "llama3.2:3b"}
            """;
    private static final String OWN_ARCHIVE = "  guest: {archiveUrl: \"https://example.org/guest.tar.gz\", sha256: "
            + "0123456789abcdef".repeat(4) + "}\n";

    @Test
    @DisplayName(
            "a build that cannot install anything refuses a real project before it is billed, unless the document says where the archive is")
    void refusesARealProjectWithoutAnArchive() {
        assertThatThrownBy(() -> new CloudOption().release(DocumentReader.read(DOCUMENT)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("carries nothing to install on machines");

        assertThat(new CloudOption()
                        .release(DocumentReader.read(DOCUMENT + OWN_ARCHIVE))
                        .guest())
                .isEmpty();
    }

    @Test
    @DisplayName("what to do about it is said for the system that it is said on")
    void saysWhatToDoHere() {
        assertThat(CloudOption.nothingToInstall("Linux", "amd64"))
                .contains("./mvnw -pl cli -am -DskipTests package")
                .doesNotContain("container");
        assertThat(CloudOption.nothingToInstall("Mac OS X", "aarch64"))
                .contains("this is Mac OS X on aarch64", "spec.guest.archiveUrl", "cli/target/private-llm/machine");
    }
}
