// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When waiting at the terminal ends, and what the shell is told. */
final class WaitingTest {
    private static final Set<String> IS_UP = Set.of("Running");
    private final StringWriter said = new StringWriter();
    private final PrintWriter talk = new PrintWriter(said, true);

    @Test
    void aWakeThatIsGivenUpIsOverInVain() {
        Waiting waiting = Waiting.forWake(IS_UP, true, talk);
        assertThat(waiting.isOver("Stopping", "stopping", true)).isFalse();
        assertThat(waiting.isOver("Starting", "starting", true)).isFalse();

        assertThat(waiting.isOver("Stopped", "asleep (ActivationDeadlineExceeded)", false))
                .isTrue();
        assertThat(waiting.exitCode()).isEqualTo(ExitCodes.RETRY_LATER);
    }

    @Test
    void whatIsToldBeforeTheWakeIsHeardOfSaysNothingOfIt() {
        Waiting waiting = Waiting.forWake(IS_UP, false, talk);
        assertThat(waiting.isOver("Stopped", "asleep", false)).isFalse();
        assertThat(waiting.isOver("Starting", "starting", true)).isFalse();

        assertThat(waiting.isOver("Running", "serving", false)).isTrue();
        assertThat(waiting.exitCode()).isEqualTo(ExitCodes.DONE);
    }

    @Test
    void aWakeThatIsOverBeforeItIsWatchedIsNotWaitedFor() {
        Waiting waiting = Waiting.forWake(IS_UP, true, talk);

        assertThat(waiting.isOver("Stopped", "asleep", false)).isTrue();
        assertThat(waiting.exitCode()).isEqualTo(ExitCodes.RETRY_LATER);
    }

    @Test
    void aSleepIsWaitedForWhoeverWantsTheMachine() {
        Waiting waiting = new Waiting(Set.of("Stopped"), talk);
        assertThat(waiting.isOver("Running", "serving", false)).isFalse();
        assertThat(waiting.isOver("Draining", "draining", false)).isFalse();

        assertThat(waiting.isOver("Stopped", "asleep", false)).isTrue();
        assertThat(waiting.exitCode()).isEqualTo(ExitCodes.DONE);
        assertThat(said.toString()).hasLineCount(3);
    }
}
