// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody has lost the state folder; what it has made in the cloud goes on costing and has to be had back. */
class LostStateTest {
    private static final String ONLY_LOOKS =
            ".*[./](Get|get|BatchGet|List|list|Aggregated|AccessSecretVersion|Test|test)[A-Za-z]*";

    @RegisterExtension
    static final Cloud CLOUD = Cloud.booting("0s");

    @Test
    @DisplayName(
            "C13 S3 with its state folder lost, serve refuses and names import --adopt, which takes back machine, disk and secret; down then leaves nothing")
    void takesBackWhatALostFolderHasMade() throws Exception {
        var document = Document.fromNothing("lost-state");
        var state = CLOUD.processes().folder().resolve("state");
        var first = serve(document, state);
        first.wake();
        first.awaitPhase("Running");
        var machine = CLOUD.emulator().bill(document.project()).getFirst().instanceId();
        var secret = secrets(document);
        var authority = authority(state, document);
        first.sleep();
        first.awaitPhase("Stopped");
        first.program().kill();
        Folders.remove(state);

        var refused = Server.launch(CLOUD.processes(), CLOUD.emulator(), document, state, 0, Map.of());
        assertThat(refused.awaitExit(Program.PATIENCE)).isEqualTo(4);
        assertThat(refused.err()).contains("import --adopt", "nothing was changed");
        int before = CLOUD.emulator().journal().size();
        var held = adopt(document, state, "--yes");
        assertThat(held.awaitExit(Program.PATIENCE)).isEqualTo(4);
        assertThat(held.err()).contains("is held by", "until ", "nothing was changed");
        assertThat(state.resolve("identity.json")).doesNotExist();
        var holder = holder(held);

        var plan = adopt(document, state, "--plan", "--held-by", holder);

        assertThat(plan.awaitExit(Program.PATIENCE)).as(plan::log).isZero();
        assertThat(plan.out())
                .contains("machine ", "the models on it", "secret " + secret.getFirst(), "certificate authority");
        assertThat(state.resolve("identity.json")).doesNotExist();
        var unsaid = adopt(document, state, "--held-by", holder);
        assertThat(unsaid.awaitExit(Program.PATIENCE)).isEqualTo(2);
        assertThat(unsaid.err()).contains("--yes", "nothing was changed");
        var adopted = adopt(document, state, "--yes", "--held-by", holder);
        assertThat(adopted.awaitExit(Program.PATIENCE)).as(adopted::log).isZero();
        assertThat(CLOUD.emulator().journal().stream()
                        .skip(before)
                        .map(call -> call.path("rpc").asString()))
                .isNotEmpty()
                .allMatch(rpc -> rpc.matches(ONLY_LOOKS));

        var second = serve(document, state);
        second.wake();
        second.awaitPhase("Running");

        assertThat(CLOUD.emulator().machines(document.project())).hasSize(1);
        assertThat(CLOUD.emulator().calls(document.project(), "Instances.Insert"))
                .hasSize(1);
        assertThat(CLOUD.emulator().bill(document.project()))
                .extracting(Emulator.Run::instanceId)
                .hasSizeGreaterThan(1)
                .containsOnly(machine);
        assertThat(secrets(document)).isEqualTo(secret);
        assertThat(authority(state, document)).isNotEqualTo(authority);
        try (var caller = new Caller(second, document)) {
            assertThat(caller.ask("Is anybody there?").statusCode()).isEqualTo(200);
        }
        var again = adopt(document, state, "--yes", "--held-by", holder);
        assertThat(again.awaitExit(Program.PATIENCE)).isEqualTo(5);
        assertThat(again.err()).contains("in use");

        var down = command("down", List.of("--yes", "--wait", "--state", state.toString()));

        assertThat(down.awaitExit(Program.PATIENCE)).as(down::log).isZero();
        assertThat(CLOUD.emulator().standing(document.project())).isEmpty();
        assertThat(CLOUD.emulator().machines(document.project())).isEmpty();
        CLOUD.emulator().assertNeverTwoBilledAtATime(document.project());
    }

    @Test
    @DisplayName(
            "C13 a machine that still has power is stopped before it is woken again, and without one there is nothing to take back")
    void stopsWhatNobodyCanReach() throws Exception {
        var document = Document.of("lost-running");
        var state = CLOUD.processes().folder().resolve("state");
        var none = adopt(document, state, "--yes");
        assertThat(none.awaitExit(Program.PATIENCE)).isEqualTo(8);
        assertThat(none.err()).contains("nothing to take back");
        var first = serve(document, state);
        first.wake();
        first.awaitPhase("Running");
        first.program().kill();
        Folders.remove(state);

        var adopted = adopt(document, state, "--yes", "--held-by", holder(adopt(document, state, "--yes")));

        assertThat(adopted.awaitExit(Program.PATIENCE)).as(adopted::log).isZero();
        assertThat(adopted.out()).contains("it has power (RUNNING) and is stopped first");
        var second = serve(document, state);
        second.awaitPhase("Stopped");
        assertThat(CLOUD.emulator().rules(document.project())).isEmpty();
        second.wake();
        second.awaitPhase("Running");
        assertThat(CLOUD.emulator().machines(document.project())).hasSize(1);
        CLOUD.emulator().assertNeverTwoBilledAtATime(document.project());
    }

    private static Server serve(Document document, Path state) throws Exception {
        return Server.start(CLOUD.processes(), CLOUD.emulator(), document, state, Map.of());
    }

    private static Program adopt(Document document, Path state, String... more) throws Exception {
        var arguments = new ArrayList<>(List.of(
                "--adopt",
                "--file",
                document.write(CLOUD.processes().folder()).toString(),
                "--state",
                state.toString(),
                "--gcp-endpoint",
                CLOUD.emulator().uri().toString()));
        arguments.addAll(Arrays.asList(more));
        return command("import", arguments);
    }

    private static Program command(String name, List<String> arguments) throws Exception {
        var all = new ArrayList<>(List.of(name));
        all.addAll(arguments);
        return CLOUD.processes()
                .start(
                        name,
                        Map.of(
                                "GOOGLE_APPLICATION_CREDENTIALS",
                                CLOUD.emulator().credentials().toString()),
                        all.toArray(String[]::new));
    }

    /** Who holds the machine, as the refusal names him. */
    private static String holder(Program refused) throws Exception {
        assertThat(refused.awaitExit(Program.PATIENCE)).isEqualTo(4);
        var named = Pattern.compile("--held-by ([-_a-z0-9]+)").matcher(refused.err());
        assertThat(named.find()).as(refused.err()).isTrue();
        return named.group(1);
    }

    private static List<String> secrets(Document document) {
        return CLOUD.emulator().standing(document.project()).stream()
                .filter(part -> part.startsWith("secret "))
                .map(part -> part.substring("secret ".length()))
                .toList();
    }

    /** The authority's certificate; its key stays unread. */
    private static String authority(Path state, Document document) throws Exception {
        var link = state.resolve("resources")
                .resolve("default." + document.project())
                .resolve("link")
                .resolve("ca.crt");
        return Files.readString(link);
    }
}
