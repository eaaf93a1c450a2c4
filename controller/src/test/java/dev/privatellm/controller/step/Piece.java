// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A piece of a machine's life. What it needs is prepared and what it leaves is ended undisturbed, so that every effect is struck where it belongs.
 *
 * @param document what is asked for
 * @param before what comes before, undisturbed
 * @param play what is struck
 * @param spares the blow that leaves nothing to play
 * @param isOfOneLength whether a run that is struck makes as much as one that is not: its end and its bill can be compared
 */
record Piece(
        Supplier<PrivateLlm> document,
        Consumer<World> before,
        BiConsumer<World, Strike> play,
        Optional<Fate> spares,
        boolean isOfOneLength) {

    /** Begins with nothing and with the usual document. */
    static Piece of(Consumer<World> play) {
        return struck((world, _) -> play.accept(world));
    }

    /** The same for what goes on otherwise once the blow has fallen. */
    static Piece struck(BiConsumer<World, Strike> play) {
        return new Piece(() -> Scenes.usual("", ""), _ -> {}, play, Optional.empty(), true);
    }

    Piece after(Consumer<World> preparation) {
        return new Piece(document, preparation, play, spares, isOfOneLength);
    }

    Piece with(Supplier<PrivateLlm> asked) {
        return new Piece(asked, before, play, spares, isOfOneLength);
    }

    Piece sparing(Fate fate) {
        return new Piece(document, before, play, Optional.of(fate), isOfOneLength);
    }

    Piece ofAnyLength() {
        return new Piece(document, before, play, spares, false);
    }
}
