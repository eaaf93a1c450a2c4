// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatePlacesTest {
    private static final Path HOME = Path.of("/home/me");

    @Test
    void followsXdgAndFallsBackToTheHomeFolder() {
        assertThat(new StatePlaces(Map.of(), HOME).folder("default"))
                .isEqualTo(Path.of("/home/me/.local/state/private-llm/default"));
        assertThat(new StatePlaces(Map.of("XDG_STATE_HOME", "/var/s"), HOME).folder("demo"))
                .isEqualTo(Path.of("/var/s/private-llm/demo"));
        assertThat(new StatePlaces(Map.of("XDG_STATE_HOME", "relative"), HOME).folder("demo"))
                .isEqualTo(Path.of("/home/me/.local/state/private-llm/demo"));
    }

    @Test
    void socketOfADeepFolderIsShort() {
        StatePlaces places = new StatePlaces(Map.of("XDG_RUNTIME_DIR", "/run/user/1000"), HOME);
        assertThat(places.socket(Path.of("/home/me/s"))).isEqualTo(Path.of("/home/me/s/control.sock"));
        Path deep = Path.of("/home/me").resolve("d".repeat(120));
        assertThat(places.socket(deep).toString())
                .startsWith("/run/user/1000/private-llm/")
                .endsWith(".sock")
                .hasSizeLessThanOrEqualTo(StatePlaces.MAX_SOCKET_PATH_BYTES);
        assertThat(places.socket(deep)).isNotEqualTo(places.socket(deep.resolveSibling("e".repeat(120))));
    }
}
