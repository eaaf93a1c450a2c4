// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** The answers of the tour that come in one piece. */
enum WholeForms implements WholeAnswerReader.Form {
    OLLAMA_GENERATE {
        @Override
        public String text(JsonNode answer) throws MalformedAnswer {
            Documents.require(answer.path("done").asBoolean(false), "not done");
            return Documents.text(answer, "/response");
        }

        @Override
        public SeenUsage usage(JsonNode answer) {
            return counts(answer, "/prompt_eval_count", "/eval_count");
        }
    },
    OLLAMA_EMBED {
        @Override
        public String text(JsonNode answer) throws MalformedAnswer {
            return vectors(answer.path("embeddings"), answer.at("/embeddings/0"));
        }

        @Override
        public SeenUsage usage(JsonNode answer) {
            return counts(answer, "/prompt_eval_count", "/none");
        }
    },
    OPENAI_CHAT {
        @Override
        public String text(JsonNode answer) throws MalformedAnswer {
            Documents.require(
                    !Documents.text(answer, "/choices/0/finish_reason").isEmpty(), "no finish reason");
            return Documents.text(answer, "/choices/0/message/content");
        }

        @Override
        public SeenUsage usage(JsonNode answer) {
            return counts(answer, "/usage/prompt_tokens", "/usage/completion_tokens");
        }
    },
    OPENAI_EMBEDDINGS {
        @Override
        public String text(JsonNode answer) throws MalformedAnswer {
            return vectors(answer.path("data"), answer.at("/data/0/embedding"));
        }

        @Override
        public SeenUsage usage(JsonNode answer) {
            return counts(answer, "/usage/prompt_tokens", "/none");
        }
    },
    ANTHROPIC_MESSAGE {
        @Override
        public String text(JsonNode answer) throws MalformedAnswer {
            Documents.require(!Documents.text(answer, "/stop_reason").isEmpty(), "no stop reason");
            StringBuilder text = new StringBuilder();
            for (JsonNode block : answer.path("content")) {
                text.append(Documents.text(block, "/text"));
            }
            return text.toString();
        }

        @Override
        public SeenUsage usage(JsonNode answer) {
            OptionalLong fresh = Documents.number(answer, "/usage/input_tokens");
            OptionalLong input = fresh.isEmpty()
                    ? fresh
                    : OptionalLong.of(fresh.getAsLong()
                            + Documents.number(answer, "/usage/cache_read_input_tokens")
                                    .orElse(0)
                            + Documents.number(answer, "/usage/cache_creation_input_tokens")
                                    .orElse(0));
            return SeenUsage.of(input, Documents.number(answer, "/usage/output_tokens"));
        }
    };

    private static SeenUsage counts(JsonNode answer, String input, String output) {
        return SeenUsage.of(Documents.number(answer, input), Documents.number(answer, output));
    }

    private static String vectors(JsonNode all, JsonNode first) throws MalformedAnswer {
        Documents.require(first.isArray() && !first.isEmpty() && first.path(0).isNumber(), "no vector in it");
        return all.size() + (all.size() == 1 ? " vector of " : " vectors of ") + first.size();
    }
}
