// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e.tiny;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Writes the models {@code tiny}, {@code tiny-long}, {@code tiny-caller}, {@code qwen3-tiny} and {@code tiny-embed} with the Modelfiles that make an engine
 * take them.
 *
 * <p>The weights are random, but the output layer is laid out in levels: each token of one level makes those of the next level likely, and the random
 * attention decides which of them wins. So an answer reads as words, depends on the prompt, is the same every time at temperature 0, and ends where its last
 * level leads. The first four share their weights: where a prompt ends, in {@code <|assistant|>}, {@code <|call|>} or another mark, decides where the answer
 * begins.
 *
 * <ul>
 *   <li>{@code tiny} ends by itself after {@value #LEVELS} words,
 *   <li>{@code tiny-long} never does,
 *   <li>{@code tiny-caller} calls the function {@code get_weather} when it is offered any,
 *   <li>{@code qwen3-tiny} thinks for {@value #THOUGHTS} words, unless told not to, and then speaks as {@code tiny} does,
 *   <li>{@code tiny-embed} can only embed.
 * </ul>
 */
final class TinyModels {
    private static final int LEVELS = 48;
    private static final int LOOP = 12;
    private static final int THOUGHTS = 6;
    private static final int CHOICES = 3;

    private static final int WIDTH = 256;
    private static final int HEAD_WIDTH = 64;
    private static final int FEED_FORWARD = 256;
    private static final int LAYERS = 2;
    private static final int CONTEXT = 131_072;

    /** An engine allocates the context of an embedding model as one batch. */
    private static final int EMBED_CONTEXT = 2_048;

    private static final String[] CALL = {
        "<tool_call>",
        "{\"name\": \"get_weather\"",
        ", \"arguments\":",
        " {\"city\":",
        " \"Paris\"",
        "}}",
        "</tool_call>"
    };

    private final Vocabulary vocabulary = new Vocabulary();
    private final int end = vocabulary.control("<|end|>");
    private final int assistant = vocabulary.control("<|assistant|>");
    private final int loop = vocabulary.control("<|loop|>");
    private final int call = vocabulary.control("<|call|>");
    private final int think = vocabulary.control("<|think|>");
    private final int[][] speech = words(0, LEVELS);
    private final int[][] endless = words(LEVELS, LOOP);
    private final int[][] thoughts = words(LEVELS + LOOP, THOUGHTS);
    private final int[] calling =
            Arrays.stream(CALL).mapToInt(vocabulary::phrase).toArray();
    private final int thinkBegin = vocabulary.phrase("<think>");
    private final int thinkEnd = vocabulary.phrase("</think>");
    private final Random random = new Random(7);

    private TinyModels() {
        for (String role : new String[] {"<|system|>", "<|user|>", "<|tool|>"}) {
            vocabulary.control(role);
        }
    }

    /** {@code args[0]} is the folder to write to. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        new TinyModels().model(false).write(folder.resolve("tiny.gguf"));
        new TinyModels().model(true).write(folder.resolve("tiny-embed.gguf"));
        Map<String, String> ends = Map.of(
                "tiny", "<|assistant|>",
                "tiny-long", "<|loop|>",
                "tiny-caller", "{{ if .Tools }}<|call|>{{ else }}<|assistant|>{{ end }}",
                "qwen3-tiny", "{{ if and .IsThinkSet (not .Think) }}<|assistant|>{{ else }}<|think|>{{ end }}");
        for (var model : ends.entrySet()) {
            boolean thinks = model.getKey().equals("qwen3-tiny");
            Files.writeString(
                    folder.resolve(model.getKey() + ".Modelfile"),
                    "FROM tiny.gguf\nTEMPLATE \"\"\"%s%s\"\"\"\nPARAMETER stop <|end|>\nPARAMETER num_thread 1\n"
                            .formatted(template(thinks), model.getValue()));
        }
        // One thread: those of llama.cpp spin where they meet; on a machine with more to do, two of them are fifty
        // times slower than one.
        Files.writeString(folder.resolve("tiny-embed.Modelfile"), "FROM tiny-embed.gguf\nPARAMETER num_thread 1\n");
    }

    private static String template(boolean thinks) {
        String thinking = thinks ? "{{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end }}" : "";
        return """
                {{- if or .System .Tools }}<|system|>{{ .System }}
                {{- if .Tools }}
                Tools:
                {{- range .Tools }}
                {{ . }}
                {{- end }}
                To call one: <tool_call>{"name": ..., "arguments": ...}</tool_call>
                {{- end }}<|end|>{{- end }}
                {{- range .Messages }}
                {{- if eq .Role "user" }}<|user|>{{ .Content }}<|end|>
                {{- else if eq .Role "assistant" }}<|assistant|>%s{{ .Content }}
                {{- if .ToolCalls }}{{ range .ToolCalls }}<tool_call>{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}</tool_call>{{ end }}{{ end }}<|end|>
                {{- else if eq .Role "tool" }}<|tool|>{{ .Content }}<|end|>
                {{- end }}
                {{- end }}""".formatted(thinking);
    }

    private Gguf model(boolean embeds) {
        var model = new Gguf();
        model.set("general.architecture", "llama");
        model.set("general.name", embeds ? "tiny-embed" : "tiny");
        model.set("general.basename", embeds ? "tiny-embed" : "tiny");
        model.set("general.file_type", 1);
        model.set("llama.context_length", embeds ? EMBED_CONTEXT : CONTEXT);
        model.set("llama.embedding_length", WIDTH);
        model.set("llama.block_count", LAYERS);
        model.set("llama.feed_forward_length", FEED_FORWARD);
        model.set("llama.attention.head_count", 1);
        model.set("llama.attention.head_count_kv", 1);
        model.set("llama.attention.key_length", HEAD_WIDTH);
        model.set("llama.attention.value_length", HEAD_WIDTH);
        model.set("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        model.set("llama.rope.dimension_count", HEAD_WIDTH);
        model.set("llama.rope.freq_base", 10_000f);
        model.set("llama.vocab_size", vocabulary.size());
        if (embeds) {
            model.set("llama.pooling_type", 1);
        }
        model.set("tokenizer.ggml.model", "gpt2");
        model.set("tokenizer.ggml.pre", "gpt-2");
        model.set("tokenizer.ggml.tokens", vocabulary.tokens());
        model.set("tokenizer.ggml.merges", vocabulary.merges());
        model.set("tokenizer.ggml.token_type", vocabulary.kinds());
        model.set("tokenizer.ggml.eos_token_id", end);
        model.set("tokenizer.ggml.padding_token_id", end);
        model.set("tokenizer.ggml.add_bos_token", false);

        float[][] embedding = matrix(vocabulary.size(), WIDTH, Math.sqrt(WIDTH));
        model.add("token_embd.weight", embedding);
        for (int layer = 0; layer < LAYERS; layer++) {
            String block = "blk." + layer + ".";
            model.add(block + "attn_norm.weight", ones());
            model.add(block + "ffn_norm.weight", ones());
            model.add(block + "attn_q.weight", matrix(HEAD_WIDTH, WIDTH, 1));
            model.add(block + "attn_k.weight", matrix(HEAD_WIDTH, WIDTH, 1));
            model.add(block + "attn_v.weight", matrix(HEAD_WIDTH, WIDTH, 1));
            model.add(block + "attn_output.weight", matrix(WIDTH, HEAD_WIDTH, 1.2));
            model.add(block + "ffn_gate.weight", matrix(FEED_FORWARD, WIDTH, 0.7));
            model.add(block + "ffn_up.weight", matrix(FEED_FORWARD, WIDTH, 0.7));
            model.add(block + "ffn_down.weight", matrix(WIDTH, FEED_FORWARD, 0.7));
        }
        model.add("output_norm.weight", ones());
        model.add("output.weight", output(embedding));
        return model;
    }

    private float[][] output(float[][] embedding) {
        float[][] output = matrix(vocabulary.size(), WIDTH, 0.05);
        // Random rows of tokens that nothing leads to must never win.
        for (int control : new int[] {end, assistant, loop, call, think}) {
            Arrays.fill(output[control], 0);
        }
        int[] last = new int[] {assistant};
        for (int[] level : speech) {
            lead(output, embedding, last, level);
            last = level;
        }
        lead(output, embedding, last, end);
        lead(output, embedding, endless[LOOP - 1], endless[0]);
        last = new int[] {loop};
        for (int[] level : endless) {
            lead(output, embedding, last, level);
            last = level;
        }
        lead(output, embedding, new int[] {call}, calling[0]);
        for (int i = 1; i < calling.length; i++) {
            lead(output, embedding, new int[] {calling[i - 1]}, calling[i]);
        }
        lead(output, embedding, new int[] {calling[calling.length - 1]}, end);
        lead(output, embedding, new int[] {think}, thinkBegin);
        last = new int[] {thinkBegin};
        for (int[] level : thoughts) {
            lead(output, embedding, last, level);
            last = level;
        }
        lead(output, embedding, last, thinkEnd);
        lead(output, embedding, new int[] {thinkEnd}, speech[0]);
        return output;
    }

    /** Makes each of {@code next} likely after any of {@code before}, a little more or less by what was read. */
    private void lead(float[][] output, float[][] embedding, int[] before, int... next) {
        for (int token : next) {
            float[] taste = matrix(1, WIDTH, next.length == 1 ? 0 : 1)[0];
            for (int i = 0; i < WIDTH; i++) {
                output[token][i] += taste[i];
            }
            for (int from : before) {
                double length = Math.sqrt(IntStream.range(0, WIDTH)
                        .mapToDouble(i -> embedding[from][i] * embedding[from][i])
                        .sum());
                for (int i = 0; i < WIDTH; i++) {
                    output[token][i] += (float) (2 * embedding[from][i] / length);
                }
            }
        }
    }

    private int[][] words(int firstLevel, int levels) {
        return IntStream.range(firstLevel, firstLevel + levels)
                .mapToObj(level -> IntStream.range(0, CHOICES)
                        .map(choice -> vocabulary.word(level * CHOICES + choice))
                        .toArray())
                .toArray(int[][]::new);
    }

    private float[][] matrix(int rows, int columns, double scale) {
        float[][] matrix = new float[rows][columns];
        for (float[] row : matrix) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) (random.nextGaussian() * scale / Math.sqrt(columns));
            }
        }
        return matrix;
    }

    private static float[] ones() {
        float[] ones = new float[WIDTH];
        Arrays.fill(ones, 1);
        return ones;
    }
}
