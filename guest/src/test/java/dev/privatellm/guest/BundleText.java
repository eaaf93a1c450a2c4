// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;

/** A bundle as the controller writes it, of which a test may leave out or change a field. */
final class BundleText {
    static final String INFER = "1".repeat(64);
    static final String INFER_NEXT = "2".repeat(64);
    static final String MANAGE = "3".repeat(64);

    private final Map<String, String> fields = new LinkedHashMap<>();

    static BundleText of(TestPki pki, TestPki.Identity server, long generation) {
        BundleText text = new BundleText();
        text.fields.put("schema", "1");
        text.fields.put("generation", Long.toString(generation));
        text.fields.put("caCertificates", "[" + quoted(TestPki.pem(pki.authority())) + "]");
        text.fields.put("serverCertificate", quoted(TestPki.pem(server.certificate())));
        text.fields.put("serverKey", quoted(TestPki.pem(server.key())));
        text.fields.put(
                "tokens",
                "{\"infer\":{\"current\":\"" + INFER + "\",\"next\":\"" + INFER_NEXT + "\"},\"manage\":{\"current\":\""
                        + MANAGE + "\"}}");
        text.fields.put("notAfter", quoted("2030-01-01T00:00:00Z"));
        return text;
    }

    /** The bundle of a machine that makes its own key, once its certificate is signed. */
    BundleText signed(X509Certificate leaf) {
        return without("serverKey").with("serverCertificate", quoted(TestPki.pem(leaf)));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\n", "\\n").replace("\r", "") + '"';
    }

    BundleText with(String field, String json) {
        fields.put(field, json);
        return this;
    }

    BundleText without(String field) {
        fields.remove(field);
        return this;
    }

    byte[] bytes() {
        StringBuilder json = new StringBuilder("{");
        fields.forEach((name, value) -> json.append(json.length() > 1 ? "," : "")
                .append('"')
                .append(name)
                .append("\":")
                .append(value));
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }
}
