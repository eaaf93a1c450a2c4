// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.PrivateLlm;

/** What a demo prints first: the address, and one request per API to copy. */
final class Introduction {
    private Introduction() {}

    static String of(PrivateLlm document, String url) {
        var model = document.spec().model().name();
        return """
                %1$s is at %2$s and asleep: nothing runs, nothing is billed. Wake it with any of these:

                  Ollama     curl %2$s/api/chat -d '{"model":"%3$s","messages":[{"role":"user","content":"Hello"}]}'
                  OpenAI     curl %2$s/v1/chat/completions -H 'Content-Type: application/json' -d '{"model":"%3$s","messages":[{"role":"user","content":"Hello"}]}'
                  Anthropic  curl %2$s/v1/messages -H 'Content-Type: application/json' -H 'anthropic-version: 2023-06-01' -d '{"model":"%3$s","max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}'
                """.formatted(document.metadata().name(), url, model);
    }
}
