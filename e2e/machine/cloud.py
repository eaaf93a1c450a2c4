# SPDX-License-Identifier: Apache-2.0
"""What one machine sees of a cloud: its metadata server, one secret, and a bucket and somebody's download page whose answers can be cut or changed.

The metadata server is as "About VM metadata" of Compute Engine documents it: the flavour header is demanded, every value has an ETag, and wait_for_change
with last_etag waits. https://cloud.google.com/compute/docs/metadata/overview
"""

import base64
import hashlib
import json
import pathlib
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

METADATA = ("169.254.169.254", 80)
SERVICES = ("127.0.0.1", 443)
NAMES = ("secretmanager.googleapis.com", "storage.googleapis.com", "downloads.test")
TOKEN = "machine-token"


class Cloud:
    def __init__(self, bucket, tls):
        self.bucket = pathlib.Path(bucket)
        self.changed = threading.Condition()
        self.attributes = {}
        self.preempted = False
        self.bundles = {}  # version: content
        self.guest_attributes = {}
        self.cut_after = {}  # object: bytes that its next download gets
        self.stall_after = {}  # object: bytes after which its next download stands still
        self.stalled = threading.Event()
        self.altered = set()  # objects that come with one byte changed
        self.downloads = []  # (object, first byte, status)
        for address in (METADATA, SERVICES):
            server = Server(address, type("Handler", (Handler,), {"cloud": self}))
            if address == SERVICES:
                server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def set(self, **attributes):
        with self.changed:
            self.attributes.update({name.replace("_", "-"): value for name, value in attributes.items()})
            self.changed.notify_all()

    def accesses(self):
        return {f"v1/projects/p/secrets/bundle/versions/{version}:access": content for version, content in self.bundles.items()}

    def asked(self, condition, seconds):
        """The machine's certificate request, once it is one like this."""
        with self.changed:
            assert self.changed.wait_for(lambda: condition(self.guest_attributes.get("pllm/csr", "")), seconds), "no such request"
            return self.guest_attributes["pllm/csr"]

    def preempt(self, value):
        with self.changed:
            self.preempted = value
            self.changed.notify_all()

    def value(self, path):
        if path == "instance/attributes":
            return json.dumps(self.attributes)
        if path.startswith("instance/attributes/"):
            return self.attributes.get(path.removeprefix("instance/attributes/"))
        return {
            "instance/id": "4711",
            "instance/preempted": "TRUE" if self.preempted else "FALSE",
            "instance/service-accounts/default/token": json.dumps({"access_token": TOKEN, "expires_in": 3000, "token_type": "Bearer"}),
        }.get(path)

    def awaited(self, path, last, seconds):
        with self.changed:
            self.changed.wait_for(lambda: self.value(path) is None or etag(self.value(path)) != last, seconds)
            return self.value(path)


def etag(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):  # machines are switched off in the middle of a call
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cloud = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        url = urlsplit(self.path)
        path = "/".join(part for part in url.path.split("/") if part)
        token, host = self.headers.get("Authorization"), self.headers.get("Host")
        if self.server.server_address == METADATA:
            self.metadata(path, parse_qs(url.query))
        elif host == "downloads.test" and not token:
            self.download(path)
        elif host == "storage.googleapis.com" and token == "Bearer " + TOKEN:
            self.download(path.removeprefix("bucket/") + ".tar.gz")
        elif host == "secretmanager.googleapis.com" and path in self.cloud.accesses() and token == "Bearer " + TOKEN:
            content = self.cloud.accesses()[path]
            self.answer(200, json.dumps({"payload": {"data": base64.b64encode(content).decode()}}).encode())
        else:
            self.answer(403, b"not here, or not with this token")

    def do_PUT(self):
        """Guest attributes, where they are enabled: https://cloud.google.com/compute/docs/metadata/manage-guest-attributes"""
        path = self.path.removeprefix("/computeMetadata/v1/instance/guest-attributes/")
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        enabled = self.cloud.attributes.get("enable-guest-attributes") == "TRUE" and self.headers.get("Metadata-Flavor") == "Google"
        if self.server.server_address != METADATA or path == self.path or not enabled:
            self.answer(403, b"Guest attributes endpoint access is disabled.")
            return
        with self.cloud.changed:
            self.cloud.guest_attributes[path] = body
            self.cloud.changed.notify_all()
        self.answer(200, b"")

    def metadata(self, path, query):
        if self.headers.get("Metadata-Flavor") != "Google":
            self.answer(403, b"Missing Metadata-Flavor:Google header.")
            return
        path = path.removeprefix("computeMetadata/v1/")
        if query.get("wait_for_change") == ["true"]:
            value = self.cloud.awaited(path, query.get("last_etag", ["0"])[0], float(query.get("timeout_sec", ["60"])[0]))
        else:
            value = self.cloud.value(path)
        if value is None:
            self.answer(404, b"no such metadata", {"Metadata-Flavor": "Google"})
        else:
            self.answer(200, value.encode(), {"Metadata-Flavor": "Google", "ETag": etag(value)})

    def download(self, name):
        content = bytearray((self.cloud.bucket / name).read_bytes())
        if name in self.cloud.altered:
            content[len(content) // 2] ^= 1
        first = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").split("-")[0])
        if first >= len(content):
            self.cloud.downloads.append((name, first, 416))
            self.answer(416, b"")
            return
        status = 206 if self.headers.get("Range") else 200
        self.cloud.downloads.append((name, first, status))
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) - first))
        if status == 206:
            self.send_header("Content-Range", "bytes %d-%d/%d" % (first, len(content) - 1, len(content)))
        self.end_headers()
        stall = self.cloud.stall_after.pop(name, None)
        if stall:
            self.wfile.write(content[first : first + stall])
            self.cloud.stalled.set()
            self.connection.recv(1)  # until the other end is gone
            self.close_connection = True
            return
        cut = self.cloud.cut_after.pop(name, None)
        self.wfile.write(content[first : first + cut] if cut else content[first:])
        if cut:
            self.close_connection = True

    def answer(self, status, body, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
