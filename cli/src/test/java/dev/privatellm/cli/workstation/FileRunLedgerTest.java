// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cost.RunLedger;
import dev.privatellm.machine.cost.RunLedgerContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileRunLedgerTest extends RunLedgerContract {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("runs.jsonl");
    }

    @Override
    protected RunLedger empty() throws IOException {
        return new FileRunLedger(file());
    }

    @Test
    @DisplayName("C17 the book outlives the process that wrote it, and takes no entry twice afterwards")
    void outlivesItsProcess() throws IOException {
        empty().append(run(1));

        RunLedger reopened = empty();
        reopened.append(run(1));
        reopened.append(run(2));

        assertThat(FileRunLedger.read(file())).containsExactly(run(1), run(2));
        assertThat(Files.readAllLines(file())).hasSize(2);
    }

    @Test
    @DisplayName("C17 wherever a death cuts the last line, what was whole stays and the entry is written again")
    void repairsATornLastLine() throws IOException {
        RunLedger whole = empty();
        whole.append(run(1));
        int first = (int) Files.size(file());
        whole.append(run(2));
        byte[] content = Files.readAllBytes(file());

        for (int cut = first; cut < content.length; cut++) {
            Files.write(file(), Arrays.copyOf(content, cut));
            assertThat(FileRunLedger.read(file())).containsExactly(run(1));
            try (FileRunLedger repaired = new FileRunLedger(file())) {
                assertThat(repaired.entries()).containsExactly(run(1));
                repaired.append(run(2));
            }
            assertThat(Files.readAllBytes(file())).as("cut at %d", cut).isEqualTo(content);
        }
    }

    @Test
    @DisplayName("C17 a line that is not understood neither ends the program nor leaves the book, and the others count")
    void throwsNothingAwayThatItDoesNotUnderstand() throws IOException {
        empty().append(run(1));
        String broken = "no line of ours\n" + Files.readString(file());
        Files.writeString(file(), broken);

        RunLedger reopened = empty();
        reopened.append(run(2));

        assertThat(reopened.entries()).containsExactly(run(1), run(2));
        assertThat(FileRunLedger.read(file())).containsExactly(run(1), run(2));
        assertThat(Files.readString(file())).startsWith(broken);
    }
}
