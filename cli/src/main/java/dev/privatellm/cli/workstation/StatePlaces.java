// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where state folders and their sockets are by custom: {@code $XDG_STATE_HOME/private-llm/<name>}. */
public final class StatePlaces {
    /** Folder of {@code serve}. */
    public static final String DEFAULT = "default";

    /** Folder of {@code demo}. */
    public static final String DEMO = "demo";

    /** A socket's path beyond this many bytes does not fit everywhere ({@code sun_path}: 104 on macOS, 108 on Linux). */
    static final int MAX_SOCKET_PATH_BYTES = 100;

    private static final Logger LOG = LoggerFactory.getLogger(StatePlaces.class);

    private final Map<String, String> environment;
    private final Path home;

    /** As this process sees it. */
    public static StatePlaces ofThisProcess() {
        return new StatePlaces(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    StatePlaces(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    /** The folder of this name, whether it is there or not. */
    public Path folder(String name) {
        return absolute("XDG_STATE_HOME")
                .orElseGet(() -> home.resolve(".local").resolve("state"))
                .resolve("private-llm")
                .resolve(name);
    }

    /**
     * The control socket of a state folder: inside it, or under a short path where that would be too long. Such a path leads through a folder beside other
     * users'.
     *
     * @throws WorkstationFailure if that folder is there and is not this user's alone
     */
    public Path socket(Path stateFolder) {
        Path inside = stateFolder.toAbsolutePath().normalize().resolve("control.sock");
        if (inside.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_SOCKET_PATH_BYTES) {
            return inside;
        }
        Path folder = shortFolder();
        try {
            OwnFolder.require(folder);
        } catch (NoSuchFileException notYet) {
            LOG.debug("{} is made by the first who needs it", folder);
        } catch (IOException unreadable) {
            throw new WorkstationFailure(
                    Reason.STATE_UNWRITABLE, "%s cannot be used: %s".formatted(folder, unreadable), unreadable);
        }
        return folder.resolve(Hashes.sha256(inside.toString()).substring(0, 16) + ".sock");
    }

    /** The same to listen on: its folder is made if it is not there. */
    Path socketToListenOn(Path stateFolder) throws IOException {
        Path socket = socket(stateFolder);
        if (shortFolder().equals(socket.getParent())) {
            OwnFolder.establish(shortFolder());
        }
        return socket;
    }

    private Path shortFolder() {
        return absolute("XDG_RUNTIME_DIR")
                .map(own -> own.resolve("private-llm"))
                .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"), "private-llm-" + OwnFolder.user()));
    }

    /** The state folder whose process answers: the one that is named, else the first of {@value #DEFAULT} and {@value #DEMO} that runs. */
    public Optional<Path> running(Optional<Path> named) {
        List<Path> candidates = named.map(List::of).orElseGet(() -> List.of(folder(DEFAULT), folder(DEMO)));
        return candidates.stream()
                .filter(folder -> Files.exists(socket(folder)) && ControlClient.answers(socket(folder)))
                .findFirst();
    }

    /** The XDG specification has relative paths ignored. */
    private Optional<Path> absolute(String variable) {
        return Optional.ofNullable(environment.get(variable)).map(Path::of).filter(Path::isAbsolute);
    }
}
