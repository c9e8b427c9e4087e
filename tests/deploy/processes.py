"""What a pod of the chart runs, as processes of this machine: Tidemark in a role, and the fronts before its doors.

Containers of a pod share its network namespace; so do processes here, which is all that the fronts rely on.
"""

import base64
import os
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from deploy.tools import CHART, containers, run
from judges.kafka import free_port
from path import harness
from path.harness import until

USER, PASSWORD = "ann", "a-password"


class Role:
    """One pod: its process, its doors, its fronts."""

    def __init__(self, name: str, pod: dict, told: dict[str, str], folder: Path):
        self.name, self.folder, self.process = name, folder, None
        self.http, self.postgres = free_port(), free_port()
        parts = containers(pod)
        self.arguments = parts["tidemark"]["args"]
        claims = claimed(pod, folder)
        rendered_values = {each["name"]: claims.get(each["value"], each["value"]) for each in parts["tidemark"]["env"]}
        doors = {"TIDEMARK_HTTP__LISTEN": f"127.0.0.1:{self.http}", "TIDEMARK_POSTGRES__LISTEN": f"127.0.0.1:{self.postgres}"}
        self.env = {**os.environ, **rendered_values, **told, **doors}
        # As Kubernetes puts variables into arguments.
        waits = parts.get("tables", {}).get("args", [])
        self.waits = [self.env[part[2:-1]] if part.startswith("$(") else part for part in waits]

    def wait(self) -> subprocess.CompletedProcess:
        """What the pod runs before Tidemark: it fails while a table is missing."""
        command = [harness.binary(), *self.waits]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60)

    def start(self) -> "Role":
        with (self.folder / f"{self.name}.log").open("wb") as log:
            command = [harness.binary(), *self.arguments]
            self.process = subprocess.Popen(command, env=self.env, cwd=self.folder, stdout=log, stderr=log)
        until(lambda: self.answer("/healthz")[0] == 200, harness.READY_WITHIN_S, self.log)
        return self

    def answer(self, path: str, body: bytes | None = None, kind: str = "text/plain", **more) -> tuple[int, str]:
        return ask(f"http://127.0.0.1:{self.http}{path}", body, {"content-type": kind}, **more)

    def count(self, table: str) -> int:
        status, text = self.answer("/v1/sql?format=csv", f"select count(*) from {table}".encode())
        assert status == 200, text
        return int(text.split()[1])

    def log(self) -> str:
        return (self.folder / f"{self.name}.log").read_text(errors="replace")[-3000:]

    def stop(self) -> int:
        """Asks the process to end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(harness.READY_WITHIN_S)
        finally:
            self.process.kill()


def claimed(pod: dict, folder: Path) -> dict[str, str]:
    """A folder of this machine by each place at which a pod mounts a claim. Pods that mount the same claim share it."""
    claims = {each["name"]: each["persistentVolumeClaim"] for each in pod["volumes"] if "persistentVolumeClaim" in each}
    mounts = [mount for mount in containers(pod)["tidemark"]["volumeMounts"] if mount["name"] in claims]
    return {mount["mountPath"]: str(folder / claims[mount["name"]]["claimName"]) for mount in mounts}


def ask(url: str, body: bytes | None = None, headers: dict | None = None, context=None, method=None) -> tuple[int, str]:
    handlers = [urllib.request.ProxyHandler({})] + ([urllib.request.HTTPSHandler(context=context)] if context else [])
    try:
        asked = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
        with urllib.request.build_opener(*handlers).open(asked, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except (urllib.error.URLError, ConnectionError) as error:
        return 0, str(error)


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


class Front:
    """nginx and PgBouncer before a role's doors, with the shipped files; ports and folders are all that changes."""

    def __init__(self, role: Role, folder: Path):
        self.folder, self.ca, self.processes = folder, folder / "tls/tls.crt", []
        self.https, self.health, self.postgres = free_port(), free_port(), free_port()
        for name in ("tls", "auth", "servers", "tmp"):
            (folder / name).mkdir()
        self.make_secrets()
        # The folders first: later ones must not change what stands in their names.
        moved = [("/tmp/", "SCRATCH/"), ("/etc/tidemark", str(folder)), ("SCRATCH", str(folder / "tmp")),
                 ("127.0.0.1:8080", f"127.0.0.1:{role.http}"), ("listen 8443", f"listen 127.0.0.1:{self.https}"),
                 ("listen 8081", f"listen 127.0.0.1:{self.health}"), ("port=5433", f"port={role.postgres}"),
                 ("listen_port = 6432", f"listen_port = {self.postgres}"), ("listen_addr = *", "listen_addr = 127.0.0.1")]  # fmt: skip
        for name in ("nginx.conf", "pgbouncer.ini"):
            text = (CHART / "files" / name).read_text()
            for old, new in moved:
                text = text.replace(old, new)
            (folder / name).write_text(text)

    def make_secrets(self) -> None:
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", self.folder / "tls/tls.key", "-out", self.ca)  # fmt: skip
        hashed = run("openssl", "passwd", "-6", PASSWORD).stdout.strip()
        (self.folder / "auth/htpasswd").write_text(f"{USER}:{hashed}\n")
        (self.folder / "auth/userlist.txt").write_text(f'"{USER}" "{PASSWORD}"\n')

    def start(self) -> "Front":
        nginx = ["nginx", "-c", self.folder / "nginx.conf", "-g", "daemon off;"]
        bouncer = ["pgbouncer", self.folder / "pgbouncer.ini"]
        if os.geteuid() == 0:
            # PgBouncer refuses to be root, as its container does.
            self.give_to_nobody()
            bouncer = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *bouncer]
        with (self.folder / "front.log").open("wb") as log:
            for command in (nginx, bouncer):
                self.processes.append(subprocess.Popen([str(part) for part in command], stdout=log, stderr=log))
        ports = (self.https, self.health, self.postgres)
        until(lambda: all(listens(port) for port in ports), 30, (self.folder / "front.log").read_text)
        return self

    def give_to_nobody(self) -> None:
        for path in self.folder.rglob("*"):
            shutil.chown(path, "nobody")
        # pytest keeps its folders to itself.
        for parent in list(self.folder.parents)[:-1]:
            if parent.stat().st_uid == 0:
                parent.chmod(parent.stat().st_mode | 0o011)
        self.folder.chmod(0o755)

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
            process.wait(30)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
