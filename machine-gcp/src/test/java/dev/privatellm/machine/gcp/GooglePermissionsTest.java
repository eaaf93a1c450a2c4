// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.ProjectProvider.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GooglePermissionsTest {
    @Test
    @DisplayName("S11 nobody who grants the documented role is refused for want of a permission")
    void demandsNothingThatTheDocumentedRoleLacks() throws Exception {
        List<String> role = Files.readAllLines(Path.of("..", "docs", "samples", "role.yaml")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("- "))
                .map(line -> line.substring(2))
                .toList();

        assertThat(role).containsAll(GooglePermissions.of(EnumSet.allOf(Task.class)));
    }
}
