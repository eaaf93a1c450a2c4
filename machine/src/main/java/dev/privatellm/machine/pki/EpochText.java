// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.util.io.pem.PemHeader;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * Epochs as one PEM text, for whoever keeps them: per epoch a block {@value #EPOCH} with generation, server name and tokens, then controller, gateway and
 * server, each as certificate and key, then the authority's certificate. Holds private keys: only for the controller's own sealed store.
 */
public final class EpochText {
    private static final String EPOCH = "PRIVATE LLM EPOCH";
    private static final int BLOCKS = 8;
    private static final String GENERATION = "Generation";
    private static final String SERVER_NAME = "Server-Name";

    private EpochText() {}

    /** The text that {@link #read} reads. */
    public static String write(List<Epoch> epochs) {
        List<PemObject> blocks = new ArrayList<>();
        for (Epoch epoch : epochs) {
            List<PemHeader> headers = List.of(
                    new PemHeader(GENERATION, Long.toString(epoch.generation())),
                    new PemHeader(SERVER_NAME, epoch.serverName()));
            blocks.add(new PemObject(EPOCH, headers, tokens(epoch).getBytes(StandardCharsets.US_ASCII)));
            for (Identity identity : List.of(epoch.controller(), epoch.gateway(), epoch.server())) {
                blocks.add(Pem.block(identity.certificate()));
                blocks.add(Pem.block(identity.key()));
            }
            blocks.add(Pem.block(epoch.authority()));
        }
        return Pem.write(blocks);
    }

    /**
     * The epochs in a text, in their order; none if it is empty.
     *
     * @throws GeneralSecurityException if it is damaged in any way; the message quotes nothing of it
     */
    public static List<Epoch> read(String text) throws GeneralSecurityException {
        List<PemObject> blocks = Pem.read(text);
        if (blocks.size() % BLOCKS != 0) {
            throw new GeneralSecurityException(
                    "%d blocks (expected: %d for each epoch)".formatted(blocks.size(), BLOCKS));
        }
        List<Epoch> epochs = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i += BLOCKS) {
            epochs.add(epoch(blocks.subList(i, i + BLOCKS)));
        }
        return List.copyOf(epochs);
    }

    private static Epoch epoch(List<PemObject> blocks) throws GeneralSecurityException {
        PemObject head = blocks.getFirst();
        String[] tokens = new String(Pem.content(head, EPOCH), StandardCharsets.US_ASCII).split(" ", -1);
        X509Certificate authority = Pem.certificate(Pem.content(blocks.getLast(), Pem.CERTIFICATE));
        try {
            if (tokens.length != 2 && tokens.length != 4) {
                throw new GeneralSecurityException("%d tokens (expected: 2 or 4)".formatted(tokens.length));
            }
            return new Epoch(
                    Long.parseLong(header(head, GENERATION)),
                    header(head, SERVER_NAME),
                    authority,
                    Pem.identity(blocks.get(5), blocks.get(6)),
                    Pem.identity(blocks.get(1), blocks.get(2)),
                    Pem.identity(blocks.get(3), blocks.get(4)),
                    new Tokens(new Token(tokens[0]), new Token(tokens[1])),
                    tokens.length == 2
                            ? Optional.empty()
                            : Optional.of(new Tokens(new Token(tokens[2]), new Token(tokens[3]))));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("an epoch's head is damaged", e);
        }
    }

    private static String tokens(Epoch epoch) {
        String own =
                epoch.tokens().infer().value() + " " + epoch.tokens().manage().value();
        return epoch.previousTokens()
                .map(previous -> own + " " + previous.infer().value() + " "
                        + previous.manage().value())
                .orElse(own);
    }

    private static String header(PemObject block, String name) throws GeneralSecurityException {
        for (Object each : block.getHeaders()) {
            if (each instanceof PemHeader header && header.getName().equals(name)) {
                return header.getValue();
            }
        }
        throw new GeneralSecurityException("an epoch without " + name);
    }
}
