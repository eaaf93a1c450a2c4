// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    @TempDir
    Path folder;

    @Test
    void onlyItsOwnerMayRead() throws Exception {
        Path file = folder.resolve("secret");
        DurableFile.write(file, bytes("a"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void leftoverOfAKilledWriterIsNoHindrance() throws Exception {
        Path file = folder.resolve("state");
        Files.writeString(folder.resolve("state.new"), "half a fi");
        DurableFile.write(file, bytes("whole"));
        assertThat(file).hasContent("whole");
        assertThat(folder.resolve("state.new")).doesNotExist();
    }

    @Test
    void failedWriteLeavesTheOldContent() throws Exception {
        Path file = folder.resolve("state");
        DurableFile.write(file, bytes("old"));
        Files.createDirectory(folder.resolve("state.new"));
        Files.writeString(folder.resolve("state.new").resolve("in the way"), "");
        assertThatThrownBy(() -> DurableFile.write(file, bytes("new"))).isInstanceOf(IOException.class);
        assertThat(file).hasContent("old");
    }

    @Test
    @DisplayName("P8 whenever the writer is killed, the file is one of the whole contents that it wrote")
    void killedWriterLeavesAWholeFile() throws Exception {
        Path file = folder.resolve("state");
        for (int round = 0; round < 4; round++) {
            Process writer = writer(file);
            assertThat(writer.inputReader().readLine()).isEqualTo("writing");
            if (round % 2 == 0) {
                assertThat(writer.inputReader().readLine()).isEqualTo("more");
            }
            writer.destroyForcibly();
            assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
            String found = Files.readString(file);
            assertThat(found).hasSize(100_000);
            assertThat(found.chars().distinct().count()).isEqualTo(1);
        }
    }

    private static Process writer(Path file) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(java, "-cp", classes, Writer.class.getName(), file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes one letter after another, 100,000 times each, until it is killed. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            for (int i = 0; ; i++) {
                DurableFile.write(
                        Path.of(arguments[0]),
                        bytes(Character.toString('a' + i % 26).repeat(100_000)));
                if (i == 0) {
                    System.out.write(bytes("writing\n"));
                    System.out.flush();
                }
                if (i == 7) {
                    System.out.write(bytes("more\n"));
                    System.out.flush();
                }
            }
        }
    }
}
