// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A cache of the program's own classes, made and used by real processes; each of them ends at once, over an address that is none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClassCacheTest {
    private static final String COMPLAINT = GuestEnvironment.METADATA_HOST + ": ";

    @TempDir
    private static Path folder;

    private Path jar;
    private Path made;
    private Path cache;

    @BeforeAll
    void make() throws Exception {
        jar = folder.resolve("privatellm-guest-1.jar");
        made = folder.resolve("made.aot");
        pack(jar);
        Path record = folder.resolve("record");
        assertThat(run(ClassCache.recording(record), GuestLaunch.mainClass()).output())
                .contains(COMPLAINT);
        assertThat(run(ClassCache.making(record, made)).exit()).isZero();
    }

    @BeforeEach
    void copy() throws IOException {
        cache = Files.copy(made, Files.createTempDirectory(folder, "test").resolve("guest.aot"));
    }

    @Test
    void aStartUsesTheCache() throws Exception {
        assertThat(start()).satisfies(ClassCacheTest::isClean);
        assertThat(sourceOfProgram()).isEqualTo("shared objects file");
    }

    @Test
    void aCacheThatIsMissingIsDoneWithoutSilently() throws Exception {
        Files.delete(cache);
        assertThat(start()).satisfies(ClassCacheTest::isClean);
    }

    @Test
    void aCacheThatIsCutShortIsPassedOverSilently() throws Exception {
        byte[] whole = Files.readAllBytes(cache);
        for (int length : List.of(0, 100, whole.length / 2, whole.length - 1)) {
            Files.write(cache, Arrays.copyOf(whole, length));
            assertThat(start()).as("%d bytes", length).satisfies(ClassCacheTest::isClean);
        }
    }

    @Test
    void aFileThatIsNoCacheIsPassedOverSilently() throws Exception {
        Files.writeString(cache, "not a cache\n".repeat(1000));
        assertThat(start()).satisfies(ClassCacheTest::isClean);
    }

    @Test
    void aCacheOfOtherJarsIsNotTaken() throws Exception {
        Path before = ClassCache.file(folder, classPath());
        FileTime time = Files.getLastModifiedTime(jar);
        Files.setLastModifiedTime(jar, FileTime.fromMillis(time.toMillis() + 60_000));
        try {
            assertThat(ClassCache.file(folder, classPath())).isNotEqualTo(before);
        } finally {
            Files.setLastModifiedTime(jar, time);
        }
        assertThat(ClassCache.file(folder, classPath())).isEqualTo(before);
    }

    @Test
    void aRecordThatIsNoneMakesNoCache() throws Exception {
        Path record = Files.writeString(folder.resolve("no-record"), "nothing");
        assertThat(run(ClassCache.making(record, folder.resolve("none.aot"))).exit())
                .isNotZero();
    }

    private record Ended(int exit, String output) {}

    private static void isClean(Ended ended) {
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.output().lines()).singleElement().asString().contains(COMPLAINT);
    }

    private Ended start() throws Exception {
        return run(ClassCache.using(cache), "-Xlog:class+load:file=" + loaded(), GuestLaunch.mainClass());
    }

    private String sourceOfProgram() throws IOException {
        String line = Files.readAllLines(loaded()).stream()
                .filter(each -> each.contains(GuestLaunch.mainClass() + " source: "))
                .findFirst()
                .orElseThrow();
        return line.substring(line.indexOf("source: ") + "source: ".length());
    }

    private Path loaded() {
        return cache.resolveSibling("loaded");
    }

    private Ended run(List<String> classFlags, String... rest) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(GuestLaunch.jvmFlags());
        command.addAll(classFlags);
        command.addAll(List.of("-cp", joined(classPath())));
        command.addAll(List.of(rest));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(GuestEnvironment.METADATA_HOST, "nowhere");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private static String joined(List<Path> classPath) {
        return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private List<Path> classPath() {
        List<Path> ofTests = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        List<Path> all = Stream.concat(Stream.of(jar), ofTests.stream()).toList();
        return GuestLaunch.classPath(all).stream().filter(Files::isRegularFile).toList();
    }

    private static void pack(Path jar) throws Exception {
        Path classes = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
    }
}
