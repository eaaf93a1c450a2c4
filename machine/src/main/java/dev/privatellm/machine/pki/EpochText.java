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
 * Epochs as one PEM text, for whoever keeps them: per epoch a block {@value #EPOCH} with generation, server name and tokens, then controller and gateway,
 * each as certificate and key, then the machine, then the authority's certificate. Of a machine whose key was made here there are certificate and key; of
 * one that makes its own there is the header {@value #NONCE}, and once it is signed the certificate. With the header {@value #ALSO_TRUSTED} another
 * authority that is trusted stands before the one that issued. Holds private keys: only for the controller's own sealed store.
 */
public final class EpochText {
    private static final String EPOCH = "PRIVATE LLM EPOCH";
    /** The head, two clients and the authority: what every epoch has. */
    private static final int FEWEST_BLOCKS = 6;

    private static final String GENERATION = "Generation";
    private static final String SERVER_NAME = "Server-Name";
    private static final String NONCE = "Csr-Nonce";
    private static final String SIGNED = "Csr-Signed";
    private static final String ALSO_TRUSTED = "Also-Trusted";

    private EpochText() {}

    /** The text that {@link #read} reads. */
    public static String write(List<Epoch> epochs) {
        List<PemObject> blocks = new ArrayList<>();
        for (Epoch epoch : epochs) {
            List<PemHeader> headers = new ArrayList<>();
            headers.add(new PemHeader(GENERATION, Long.toString(epoch.generation())));
            headers.add(new PemHeader(SERVER_NAME, epoch.serverName()));
            epoch.server().nonce().ifPresent(nonce -> {
                headers.add(new PemHeader(NONCE, nonce.toString()));
                headers.add(new PemHeader(
                        SIGNED, Boolean.toString(epoch.server().certificate().isPresent())));
            });
            epoch.alsoTrusted().ifPresent(_ -> headers.add(new PemHeader(ALSO_TRUSTED, Boolean.toString(true))));
            blocks.add(new PemObject(EPOCH, headers, tokens(epoch).getBytes(StandardCharsets.US_ASCII)));
            add(blocks, epoch.controller());
            add(blocks, epoch.gateway());
            switch (epoch.server()) {
                case MachineIdentity.Uploaded(Identity identity) -> add(blocks, identity);
                case MachineIdentity.Awaited _ -> {}
                case MachineIdentity.Signed(Nonce _, X509Certificate leaf) -> blocks.add(Pem.block(leaf));
            }
            epoch.alsoTrusted().map(Pem::block).ifPresent(blocks::add);
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
        List<Epoch> epochs = new ArrayList<>();
        for (int from = 0; from < blocks.size(); ) {
            int to = from + 1;
            while (to < blocks.size() && !blocks.get(to).getType().equals(EPOCH)) {
                to++;
            }
            if (to - from < FEWEST_BLOCKS) {
                throw new GeneralSecurityException(
                        "%d blocks (expected: at least %d for each epoch)".formatted(to - from, FEWEST_BLOCKS));
            }
            epochs.add(epoch(blocks.subList(from, to)));
            from = to;
        }
        return List.copyOf(epochs);
    }

    private static void add(List<PemObject> blocks, Identity identity) {
        blocks.add(Pem.block(identity.certificate()));
        blocks.add(Pem.block(identity.key()));
    }

    private static Epoch epoch(List<PemObject> blocks) throws GeneralSecurityException {
        PemObject head = blocks.getFirst();
        String[] tokens = new String(Pem.content(head, EPOCH), StandardCharsets.US_ASCII).split(" ", -1);
        X509Certificate authority = Pem.certificate(Pem.content(blocks.getLast(), Pem.CERTIFICATE));
        int trusted = header(head, ALSO_TRUSTED).isPresent() ? 2 : 1;
        if (blocks.size() < FEWEST_BLOCKS - 1 + trusted) {
            throw new GeneralSecurityException("an epoch without the other authority");
        }
        Optional<X509Certificate> other = trusted == 1
                ? Optional.empty()
                : Optional.of(Pem.certificate(Pem.content(blocks.get(blocks.size() - 2), Pem.CERTIFICATE)));
        try {
            if (tokens.length != 2 && tokens.length != 4) {
                throw new GeneralSecurityException("%d tokens (expected: 2 or 4)".formatted(tokens.length));
            }
            return new Epoch(
                    Long.parseLong(required(head, GENERATION)),
                    required(head, SERVER_NAME),
                    authority,
                    other,
                    machine(head, blocks.subList(FEWEST_BLOCKS - 1, blocks.size() - trusted)),
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

    private static MachineIdentity machine(PemObject head, List<PemObject> blocks) throws GeneralSecurityException {
        Optional<String> nonce = header(head, NONCE);
        boolean isSigned = nonce.isPresent() && required(head, SIGNED).equals("true");
        int expected = nonce.isEmpty() ? 2 : isSigned ? 1 : 0;
        if (blocks.size() != expected) {
            throw new GeneralSecurityException(
                    "%d blocks for the machine (expected: %d)".formatted(blocks.size(), expected));
        }
        if (nonce.isEmpty()) {
            return new MachineIdentity.Uploaded(Pem.identity(blocks.get(0), blocks.get(1)));
        }
        Nonce asked = nonce.flatMap(Nonce::parse)
                .orElseThrow(() -> new GeneralSecurityException("an epoch's nonce is damaged"));
        return isSigned
                ? new MachineIdentity.Signed(asked, Pem.certificate(Pem.content(blocks.getFirst(), Pem.CERTIFICATE)))
                : new MachineIdentity.Awaited(asked);
    }

    private static String required(PemObject block, String name) throws GeneralSecurityException {
        return header(block, name).orElseThrow(() -> new GeneralSecurityException("an epoch without " + name));
    }

    private static Optional<String> header(PemObject block, String name) {
        for (Object each : block.getHeaders()) {
            if (each instanceof PemHeader header && header.getName().equals(name)) {
                return Optional.of(header.getValue());
            }
        }
        return Optional.empty();
    }
}
