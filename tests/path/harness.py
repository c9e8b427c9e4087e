"""Drives the real binary: commands, a running service, its doors, and what its tables hold. Nothing waits blindly:
every wait polls for its condition under a deadline, and every port is chosen by the system."""

import csv
import io
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path

import psycopg
import pytest

from judges.deltalog import DeltaLog
from judges.identity import TABLES

TOPICS = tuple(TABLES)
COMMAND_WITHIN_S = 300
READY_WITHIN_S = 60
LANDED_WITHIN_S = 300
# A view as PostgreSQL would describe it: its columns and their types.
KPI_DAILY = [
    ("bucket", "date"), ("city", "text"), ("kpi", "text"), ("numerator", "numeric(38,9)"),
    ("denominator", "numeric(38,9)"), ("value", "numeric(38,9)"), ("target", "numeric(38,9)"), ("status", "text"),
]  # fmt: skip
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def binary() -> Path:
    """`$TIDEMARK_BIN`, or the debug build in Cargo's target directory."""
    target = os.environ.get("CARGO_TARGET_DIR") or Path.home() / ".cache" / "tidemark-target"
    path = Path(os.environ.get("TIDEMARK_BIN") or Path(target) / "debug" / "tidemark")
    if not path.is_file():
        pytest.fail(f"no binary at {path}: build it, or set TIDEMARK_BIN")
    return path


def run(*arguments, code: int | None = 0, within_s: int = COMMAND_WITHIN_S) -> subprocess.CompletedProcess:
    """Runs a command of the binary; fails unless it ends with this exit code (None: any)."""
    command = [str(part) for part in (binary(), *arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=within_s)
    if code is not None and done.returncode != code:
        said = f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        pytest.fail(f"{command} ended with {done.returncode}, not {code}:\n{said}")
    return done


def sql(directory: Path, query: str) -> list[list[str]]:
    """Rows through `tidemark sql` over a data directory."""
    return csv_rows(run("sql", query, "--dir", directory, "--format", "csv").stdout)


def csv_rows(text: str) -> list[list[str]]:
    """The rows of a CSV answer, without its header."""
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def until(holds: Callable[[], object], within_s: float, what: Callable[[], str] | str, every_s: float = 0.1):
    """Polls until a condition holds and returns what it gave; fails with `what` at the deadline."""
    deadline = time.monotonic() + within_s
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > deadline:
            pytest.fail(f"not within {within_s} s: {what() if callable(what) else what}")
        time.sleep(every_s)


def landed_offsets(directory: Path) -> dict[tuple[str, int], int]:
    """The watermarks of all event tables, read from their logs."""
    found = {}
    for stream, table in TABLES.items():
        log = DeltaLog(directory / table)
        for app_id, version in (log.last().watermarks if log.exists() else {}).items():
            topic, partition = app_id.removeprefix(f"kafka/{stream}/").rsplit("/", 1)
            found[topic, int(partition)] = version
    return found


class Server:
    """A running service: its process, its addresses, its log."""

    def __init__(self, directory: Path, brokers: str, home: Path, more_config: str = "", env: dict | None = None):
        self.directory, self.home, self.process = directory, home, None
        self.config, self.log = home / "tidemark.toml", home / "server.log"
        self.env = {**os.environ, **(env or {})}
        self.http = self.postgres = ""
        # A JSON string is a TOML string.
        self.config.write_text(
            f'[kafka]\nbrokers = "{brokers}"\n[lake]\nurl = {json.dumps(str(directory))}\n'
            f'[http]\nlisten = "127.0.0.1:0"\n[postgres]\nlisten = "127.0.0.1:0"\n{more_config}'
        )

    def spawn(self, *arguments: str) -> "Server":
        """Starts the process and returns at once."""
        self.output = self.home / "server.out"
        with self.output.open("wb") as out, self.log.open("ab") as log:
            command = [str(binary()), "run", "--config", str(self.config), "--announce", *arguments]
            self.process = subprocess.Popen(command, stdout=out, stderr=log, env=self.env, cwd=self.home)
        return self

    def start(self, *arguments: str) -> "Server":
        """Starts the service and returns once it is ready."""
        self.spawn(*arguments)
        addresses = json.loads(until(self.announced, READY_WITHIN_S, lambda: f"announced\n{self.log_tail()}"))
        self.http, self.postgres = addresses["http"], addresses["postgres"]
        until(self.ready, READY_WITHIN_S, lambda: f"ready\n{self.log_tail()}")
        return self

    def announced(self) -> str | None:
        if self.process.poll() is not None:
            pytest.fail(f"the service ended with {self.process.returncode}\n{self.log_tail()}")
        text = self.output.read_text()
        return text.splitlines()[0] if "\n" in text else None

    def ready(self) -> bool:
        try:
            return self.request("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def stop(self) -> int:
        """Asks the service to drain; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(READY_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"the service did not drain\n{self.log_tail()}")

    def kill(self) -> None:
        """Kills the service at once, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    def request(self, method: str, path: str, body=None, **headers) -> tuple[int, dict, bytes]:
        """One HTTP request: status, headers, body. Underscores in header names stand for hyphens."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = urllib.request.Request(f"http://{self.http}{path}", data=data, method=method, headers=named)
        try:
            with OPENER.open(asked, timeout=60) as answer:
                return answer.status, lower(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, lower(error.headers), error.read()

    def connect(self, **settings) -> psycopg.Connection:
        host, port = self.postgres.rsplit(":", 1)
        fixed = {"host": host, "port": port, "user": "judge", "dbname": "tidemark", "connect_timeout": 30}
        return psycopg.connect(**{**fixed, "autocommit": True, **settings})

    def psql(self, *arguments, code: int | None = 0) -> subprocess.CompletedProcess:
        host, port = self.postgres.rsplit(":", 1)
        command = ["psql", "-X", "-h", host, "-p", port, "-U", "judge", "-d", "tidemark", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if code is not None and done.returncode != code:
            pytest.fail(f"psql {arguments} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def by_cli(self, query: str) -> list:
        asked = run("sql", query, "--server", f"http://{self.http}", "--format", "csv")
        return csv_rows(asked.stdout)

    def by_http(self, query: str) -> list:
        status, _, body = self.request("POST", "/v1/sql?format=csv", query, content_type="text/plain")
        assert status == 200, body
        return csv_rows(body.decode())

    def by_psycopg(self, query: str) -> list:
        with self.connect() as connection:
            return connection.execute(query).fetchall()

    def by_psql(self, query: str) -> list:
        return csv_rows(self.psql("--csv", "-c", query).stdout)

    def doors(self) -> dict[str, Callable[[str], list]]:
        """Every door that takes SQL, by name."""
        return {"cli": self.by_cli, "http": self.by_http, "psycopg": self.by_psycopg, "psql": self.by_psql}

    def wait_landed(self, broker, within_s: float = LANDED_WITHIN_S) -> None:
        """Waits until the tables' watermarks are the broker's."""
        due = {at: end for at, end in broker.high_watermarks(*TOPICS).items() if end > 0}
        caught_up = lambda: due.items() <= landed_offsets(self.directory).items()  # noqa: E731
        state = lambda: f"landed {due}; is {landed_offsets(self.directory)}\n{self.log_tail()}"  # noqa: E731
        until(caught_up, within_s, state, every_s=0.5)


def lower(headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def records_of(messages: Iterable) -> dict[tuple[str, int, int], str | None]:
    """What stands at each offset: the event's id, in structured or binary mode; None where none can be read."""
    return {(message.topic(), message.partition(), message.offset()): id_of(message) for message in messages}


def id_of(message) -> str | None:
    headers = dict(message.headers() or [])
    if "ce_id" in headers:
        return headers["ce_id"].decode(errors="replace")
    try:
        found = json.loads(message.value() or b"null")
    except ValueError:
        return None
    return found.get("id") if isinstance(found, dict) else None
