// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.document;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.emitter.Emitter;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.serializer.Serializer;

/** The text of a document. Fields are changed in it one by one; comments, order and everything else stay as somebody wrote them. */
public final class DocumentText {
    private static final String AUTO = "Auto";

    /** What a document has at least, for whoever gives all else as options. */
    private static final String NEW = """
            apiVersion: %s
            kind: %s
            metadata:
              name: assistant
            """.formatted(PrivateLlm.API_VERSION, PrivateLlm.KIND);

    private static final LoadSettings READING =
            LoadSettings.builder().setParseComments(true).build();
    private static final DumpSettings WRITING = DumpSettings.builder()
            .setDumpComments(true)
            .setSplitLines(false)
            .setWidth(Integer.MAX_VALUE)
            .build();

    private DocumentText() {}

    /** A document in which nothing is said yet but what it is. */
    public static String empty() {
        return NEW;
    }

    /**
     * The same document with some fields changed, or added where they were not.
     *
     * @param changes what is to stand there, as it is given on a command line
     * @throws IllegalArgumentException if the text is no YAML in which fields could be changed, or a value is none; the message is for people
     */
    public static String with(String text, Map<DocumentField, String> changes) {
        try {
            Optional<Node> root = new Compose(READING).composeString(text);
            if (!(root.orElse(null) instanceof MappingNode document)) {
                throw new IllegalArgumentException("it holds no fields (expected: a PrivateLlm)");
            }
            changes.forEach((field, value) -> set(document, field, value(field, value)));
            return write(document);
        } catch (YamlEngineException malformed) {
            throw new IllegalArgumentException(malformed.getMessage(), malformed);
        }
    }

    private static void set(MappingNode document, DocumentField field, Node value) {
        MappingNode at = document;
        List<String> steps = field.steps();
        for (String step : steps.subList(0, steps.size() - 1)) {
            Optional<Node> below = find(at, step);
            if (below.isEmpty() || isNull(below.get())) {
                Node made = new MappingNode(Tag.MAP, true, new ArrayList<>(), FlowStyle.BLOCK, none(), none());
                put(at, step, made);
                below = Optional.of(made);
            }
            if (!(below.get() instanceof MappingNode fields)) {
                throw new IllegalArgumentException(
                        "%s: %s is no object (expected: one with fields)".formatted(field.path(), step));
            }
            at = fields;
        }
        put(at, steps.getLast(), value);
    }

    private static Optional<Node> find(MappingNode fields, String name) {
        return fields.getValue().stream()
                .filter(tuple -> isNamed(tuple, name))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    private static void put(MappingNode fields, String name, Node value) {
        List<NodeTuple> tuples = fields.getValue();
        for (int i = 0; i < tuples.size(); i++) {
            if (isNamed(tuples.get(i), name)) {
                value.setInLineComments(tuples.get(i).getValueNode().getInLineComments());
                tuples.set(i, new NodeTuple(tuples.get(i).getKeyNode(), value));
                return;
            }
        }
        tuples.add(new NodeTuple(scalar(name), value));
        if (tuples.size() == 1) {
            fields.setFlowStyle(FlowStyle.BLOCK);
        }
    }

    private static boolean isNamed(NodeTuple tuple, String name) {
        return tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name);
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private static Node value(DocumentField field, String value) {
        return switch (field.form()) {
            case TEXT -> scalar(value);
            case TEXTS -> texts(value);
            case TEXTS_OR_AUTO -> value.equals(AUTO) ? scalar(value) : texts(value);
            case VALUE ->
                new Compose(LoadSettings.builder().build())
                        .composeString(value)
                        .orElseThrow(() -> new IllegalArgumentException(field.path() + ": no value is given"));
        };
    }

    private static Node texts(String value) {
        List<Node> entries = Arrays.stream(value.split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .map(DocumentText::scalar)
                .toList();
        return new SequenceNode(Tag.SEQ, true, entries, FlowStyle.FLOW, none(), none());
    }

    /** Quoted by the writer wherever it would otherwise be read as something else than text. */
    private static Node scalar(String value) {
        return new ScalarNode(Tag.STR, value, ScalarStyle.PLAIN);
    }

    private static Optional<org.snakeyaml.engine.v2.exceptions.Mark> none() {
        return Optional.empty();
    }

    private static String write(Node document) {
        StringBuilder text = new StringBuilder();
        Serializer serializer = new Serializer(WRITING, new Emitter(WRITING, new StreamDataWriter() {
            @Override
            public void write(String part) {
                text.append(part);
            }

            @Override
            public void write(String part, int from, int length) {
                text.append(part, from, from + length);
            }
        }));
        serializer.emitStreamStart();
        serializer.serializeDocument(document);
        serializer.emitStreamEnd();
        return text.toString();
    }
}
