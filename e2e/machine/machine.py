# SPDX-License-Identifier: Apache-2.0
"""One booted machine, seen from outside as a controller sees it, and from inside as root."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import time

DEADLINE = 90  # what a busy machine may take for what an idle one does in ten
REBOOT = 133  # how systemd-nspawn says that its machine wants to be booted again
MANAGE = "3" * 64
INFER = "1" * 64


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


class Authority:
    """Issues certificates, valid for this run, as files of its folder."""

    KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

    def __init__(self, folder, name):
        folder.mkdir()
        self.folder = folder
        run("openssl", "req", "-x509", *self.KEY, "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=" + name, cwd=folder)

    def issue(self, name, subject, purpose, *hosts):
        names = ",".join("DNS:" + host for host in hosts)
        run("openssl", "req", "-x509", *self.KEY, "-keyout", name + ".key", "-out", name + ".crt", "-days", "1", "-subj", subject,
            "-CA", "ca.crt", "-CAkey", "ca.key", "-addext", "extendedKeyUsage=" + purpose, "-addext", "subjectAltName=" + names,
            "-addext", "basicConstraints=critical,CA:FALSE", cwd=self.folder)
        return self.folder / (name + ".crt"), self.folder / (name + ".key")

    def text(self, name):
        return (self.folder / name).read_text()


class Public(Authority):
    """What a machine trusts from the start, and what the cloud shows it for its services."""

    def __init__(self, folder, names):
        super().__init__(folder, "Public CA")
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(*self.issue("services", "/CN=" + names[0], "serverAuth", *names))
        # Java's own form of the same trust.
        run("keytool", "-importcert", "-noprompt", "-alias", "public", "-file", "ca.crt", "-keystore", "trust.p12", "-storetype", "PKCS12",
            "-storepass", "changeit", cwd=folder)


class Identity(Authority):
    """The resource's own authority, its machine and its controller."""

    def __init__(self, folder):
        super().__init__(folder, "Private LLM CA")
        self.issue("server", "/CN=machine.test", "serverAuth", "machine.test")
        self.tls = ssl.create_default_context(cafile=folder / "ca.crt")
        self.tls.load_cert_chain(*self.issue("controller", "/CN=private-llm-client/OU=controller", "clientAuth", "controller.test"))

    def bundle(self, generation=1, **identity):
        return json.dumps({
            "schema": 1, "generation": generation, "caCertificates": [self.text("ca.crt")],
            "tokens": {"infer": {"current": INFER}, "manage": {"current": MANAGE}}, "notAfter": "2040-01-01T00:00:00Z", **identity,
        }).encode()

    def uploaded(self):
        """With a key that was made here."""
        return self.bundle(serverCertificate=self.text("server.crt"), serverKey=self.text("server.key"))

    def sign(self, request):
        """What a controller answers to a machine that has made its key itself."""
        (self.folder / "asked.csr").write_text(request)
        run("openssl", "req", "-verify", "-noout", "-in", "asked.csr", cwd=self.folder)
        (self.folder / "asked.ext").write_text("subjectAltName=DNS:machine.test\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n")
        return run("openssl", "x509", "-req", "-in", "asked.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-days", "1", "-extfile", "asked.ext", cwd=self.folder)

    def subject(self, request):
        return run("openssl", "req", "-noout", "-subject", input=request)


class Connection(http.client.HTTPSConnection):
    """Dials an address and expects a name, as a controller does."""

    def connect(self):
        self.sock = self._context.wrap_socket(socket.create_connection((self.host, self.port), self.timeout), server_hostname="machine.test")


class Machine:
    def __init__(self, tree, models, folder, identity, public, names):
        self.identity = identity
        self.console_file = folder / "console"
        self.root = folder / "root"
        upper, scratch = folder / "upper", folder / "scratch"
        for each in (self.root, upper, scratch):
            each.mkdir(parents=True)
        run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={tree},upperdir={upper},workdir={scratch}", self.root)
        # Google's names lead to the double, and its authority is trusted as public ones are: that is all a program here could tell it from the cloud by.
        with open(self.root / "etc/hosts", "a") as hosts:
            hosts.write("127.0.0.1 localhost " + " ".join(names) + "\n")
        with open(self.root / "etc/ssl/certs/ca-certificates.crt", "a") as trusted:
            trusted.write(public.text("ca.crt"))
        shutil.copy(public.folder / "trust.p12", self.root / "etc/ssl/trust.p12")
        # A container's boot id lies over the kernel's in /proc, from under which three of the unit's settings would draw the kernel's.
        override = self.root / "etc/systemd/system/private-llm-guest.service.d/rehearsal.conf"
        override.parent.mkdir(parents=True)
        trust = "-Djavax.net.ssl.trustStore=/etc/ssl/trust.p12 -Djavax.net.ssl.trustStorePassword=changeit"
        override.write_text(f"[Service]\nEnvironment='JDK_JAVA_OPTIONS={trust}'\nProtectProc=default\nProtectKernelTunables=no\nProtectControlGroups=no\n")
        if models:
            shutil.copytree(models, self.root / "var/lib/private-llm-engine/models")
        self.process = None

    def boot(self):
        with open(self.console_file, "ab") as console:
            self.process = subprocess.Popen(
                ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--boot", "--console=read-only", "--machine=private-llm-test",
                 "--resolv-conf=off", "--timezone=off", "--directory", self.root],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console)

    def console(self):
        return self.console_file.read_text(errors="replace")

    def leader(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return children[0]

    def inside(self, *command, check=True):
        """Runs a command as root on the machine and returns what it printed."""
        entered = ["nsenter", "--target", self.leader(), "--mount", "--uts", "--ipc", "--pid", "--root", "--wd", *command]
        done = subprocess.run(entered, capture_output=True, text=True)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: exit {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def show(self, unit, name):
        return self.inside("systemctl", "show", "--value", "--property=" + name, unit)

    def file(self, path):
        return self.inside("cat", path)

    def reboot(self, meanwhile=lambda: None):
        self.inside("systemctl", "--no-block", "reboot")
        self.ended(REBOOT)
        meanwhile()
        self.boot()

    def ended(self, code, deadline=DEADLINE):
        assert self.process.wait(deadline) == code, f"the machine ended with {self.process.returncode} (expected: {code})"

    def end(self):
        """Pulls the plug."""
        if self.process and self.process.poll() is None:
            os.kill(int(self.leader()), signal.SIGKILL)
            self.process.wait()

    def call(self, method, path, body=None, token=MANAGE, timeout=40):
        content = self.raw(method, path, body, token, timeout)
        return json.loads(content) if content else None

    def text(self, path):
        return self.raw("GET", path, None, MANAGE, 40).decode()

    def raw(self, method, path, body, token, timeout):
        connection = Connection("127.0.0.1", 8080, timeout=timeout, context=self.identity.tls)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"Authorization": "Bearer " + token, "Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
            assert answer.status < 300, f"{method} {path}: {answer.status} {content}"
            return content
        finally:
            connection.close()

    def health(self, query=""):
        return self.call("GET", "/pllm/v1/health" + query)

    def until(self, condition, deadline=DEADLINE):
        """Waits by long polls until the health fulfils this, and returns it."""
        end = time.monotonic() + deadline
        health, last = None, "never"
        while time.monotonic() < end:
            assert self.process.poll() is None, f"the machine ended with {self.process.returncode}"
            try:
                health = self.health(f"?after={health['seq']}&waitSeconds=5" if health else "")
                if condition(health):
                    return health
            except OSError as e:
                health, last = None, e
                time.sleep(0.1)
        raise AssertionError(f"not in {deadline} s; health {health}, last failure {last}")

    def post_mortem(self):
        """Prints what helps to find out why."""
        print(self.console()[-4000:])
        if self.process.poll() is None:
            print(self.inside("journalctl", "-b", "--no-pager", "-n", "400", "-o", "cat", "-t", "systemd", "-t", "google_metadata_script_runner", "-t", "java", check=False))
            print(self.inside("systemctl", "--no-pager", "list-units", "--failed", check=False))
