// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A connection that tells what went over it, once it is answered. It passes on what Google's {@code NetHttpTransport} asks a connection for, and no more;
 * bodies that are not JSON, such as an archive on its way up, are passed on and not kept. For one thread, as every connection is.
 */
final class RecordedConnection extends HttpURLConnection {
    /**
     * What went to and fro.
     *
     * @param sent the body, if it was JSON
     * @param received the body, if it was JSON
     */
    record Exchange(String verb, URL url, String sent, int status, String received) {}

    private static final String NONE = "{}";

    private final HttpURLConnection inner;
    private final Consumer<Exchange> told;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private @Nullable InputStream answer;
    private boolean isTold;

    RecordedConnection(HttpURLConnection inner, Consumer<Exchange> told) {
        super(inner.getURL());
        this.inner = inner;
        this.told = told;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream out = inner.getOutputStream();
        return isJson(inner.getRequestProperty("Content-Type")) ? new Copying(out, sent) : out;
    }

    @Override
    public int getResponseCode() throws IOException {
        return inner.getResponseCode();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream known = answer;
        if (known == null) {
            known = kept(inner.getInputStream());
            answer = known;
        }
        return known;
    }

    @Override
    public @Nullable InputStream getErrorStream() {
        InputStream known = answer;
        InputStream failed = known == null ? inner.getErrorStream() : known;
        if (known != null || failed == null) {
            return failed;
        }
        try {
            known = kept(failed);
        } catch (IOException e) {
            return null;
        }
        answer = known;
        return known;
    }

    private InputStream kept(InputStream in) throws IOException {
        if (!isJson(inner.getContentType())) {
            tell(NONE);
            return in;
        }
        byte[] bytes = in.readAllBytes();
        boolean isPacked = "gzip".equals(inner.getContentEncoding());
        byte[] plain = isPacked ? new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes() : bytes;
        tell(new String(plain, StandardCharsets.UTF_8));
        return new ByteArrayInputStream(bytes);
    }

    private static boolean isJson(@Nullable String type) {
        return type != null && type.contains("json");
    }

    private void tell(String received) throws IOException {
        if (!isTold) {
            isTold = true;
            String body = sent.size() == 0 ? NONE : sent.toString(StandardCharsets.UTF_8);
            told.accept(new Exchange(inner.getRequestMethod(), inner.getURL(), body, getResponseCode(), received));
        }
    }

    @Override
    public void connect() throws IOException {
        inner.connect();
    }

    @Override
    public void disconnect() {
        inner.disconnect();
    }

    @Override
    public boolean usingProxy() {
        return inner.usingProxy();
    }

    @Override
    public void setRequestMethod(String method) throws java.net.ProtocolException {
        inner.setRequestMethod(method);
    }

    @Override
    public String getRequestMethod() {
        return inner.getRequestMethod();
    }

    @Override
    public void setRequestProperty(String name, String value) {
        inner.setRequestProperty(name, value);
    }

    @Override
    public void addRequestProperty(String name, String value) {
        inner.addRequestProperty(name, value);
    }

    @Override
    public String getRequestProperty(String name) {
        return inner.getRequestProperty(name);
    }

    @Override
    public Map<String, List<String>> getRequestProperties() {
        return inner.getRequestProperties();
    }

    @Override
    public void setDoOutput(boolean isOutput) {
        inner.setDoOutput(isOutput);
    }

    @Override
    public boolean getDoOutput() {
        return inner.getDoOutput();
    }

    @Override
    public void setUseCaches(boolean mayCache) {
        inner.setUseCaches(mayCache);
    }

    @Override
    public void setInstanceFollowRedirects(boolean follows) {
        inner.setInstanceFollowRedirects(follows);
    }

    @Override
    public void setFixedLengthStreamingMode(int length) {
        inner.setFixedLengthStreamingMode(length);
    }

    @Override
    public void setFixedLengthStreamingMode(long length) {
        inner.setFixedLengthStreamingMode(length);
    }

    @Override
    public void setChunkedStreamingMode(int chunk) {
        inner.setChunkedStreamingMode(chunk);
    }

    @Override
    public void setConnectTimeout(int millis) {
        inner.setConnectTimeout(millis);
    }

    @Override
    public void setReadTimeout(int millis) {
        inner.setReadTimeout(millis);
    }

    @Override
    public @Nullable String getResponseMessage() throws IOException {
        return inner.getResponseMessage();
    }

    @Override
    public @Nullable String getHeaderField(String name) {
        return inner.getHeaderField(name);
    }

    @Override
    public @Nullable String getHeaderField(int index) {
        return inner.getHeaderField(index);
    }

    @Override
    public @Nullable String getHeaderFieldKey(int index) {
        return inner.getHeaderFieldKey(index);
    }

    @Override
    public Map<String, List<String>> getHeaderFields() {
        return inner.getHeaderFields();
    }

    @Override
    public @Nullable String getContentType() {
        return inner.getContentType();
    }

    @Override
    public @Nullable String getContentEncoding() {
        return inner.getContentEncoding();
    }

    /** Writes to two places. */
    private static final class Copying extends FilterOutputStream {
        private final OutputStream copy;

        Copying(OutputStream out, OutputStream copy) {
            super(out);
            this.copy = copy;
        }

        @Override
        public void write(int octet) throws IOException {
            out.write(octet);
            copy.write(octet);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            copy.write(bytes, from, length);
        }
    }
}
