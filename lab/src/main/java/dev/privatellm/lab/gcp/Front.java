// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import dev.privatellm.lab.gcp.http.HttpCall;
import dev.privatellm.lab.gcp.http.HttpHandler;
import dev.privatellm.lab.gcp.http.HttpReply;
import dev.privatellm.lab.gcp.identity.Identity;
import dev.privatellm.lab.gcp.rest.RestApi;
import java.io.IOException;
import java.util.Set;

/** The one address of the cloud: tells by the path who answers. */
record Front(RestApi api, LabApi lab, Identity identity, ModelShelf models) implements HttpHandler {

    private static final Set<String> EGRESS = Set.of("/egress/a", "/egress/b");

    @Override
    public HttpReply handle(HttpCall call) throws IOException, InterruptedException {
        if (EGRESS.contains(call.path())) {
            return HttpReply.text(200, call.from().getAddress().getHostAddress());
        }
        if (call.path().startsWith(ModelShelf.ROOT)) {
            return models.handle(call);
        }
        if (call.path().startsWith(LabApi.ROOT)) {
            return namesLoopback(call)
                    ? lab.handle(call)
                    : HttpReply.text(403, "the laboratory answers to 127.0.0.1 and localhost only\n");
        }
        if (call.path().equals("/token") && call.method().equals("POST")) {
            return identity.exchange(call);
        }
        return api.handle(call);
    }

    /** Whether the caller meant this workstation; a page in a browser that was led here by a foreign name did not. */
    private static boolean namesLoopback(HttpCall call) {
        String host = call.header("host").orElse("");
        int colon = host.lastIndexOf(':');
        String name = colon < 0 ? host : host.substring(0, colon);
        return name.equals("localhost") || name.startsWith("127.");
    }
}
