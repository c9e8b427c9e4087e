"""The processes of a comparison: the engines, which take orders by their standard input, and our service."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import psycopg

from system import measure

BENCHES = Path(__file__).resolve().parent.parent.parent
STOP_WITHIN_S = 60
# It has settled once it used less CPU than this in each of so many seconds.
QUIET_CPU_S, QUIET_WINDOWS, SETTLED_WITHIN_S = 0.1, 5, 1_800
# What it does of its own accord would be in the figures.
QUIET = "[kpis]\ngauge_interval_s = 86400\naudit_interval_s = 0\n"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Engine:
    """One engine's process."""

    def __init__(self, name: str, python: Path, told: dict):
        self.name, self.peak_mib = name, 0.0
        if not python.is_file():
            raise SystemExit(f"no Python with the peers at {python}: make it as `--help` says")
        # Polars and Arrow's own pool take their threads from here.
        env = {**os.environ, "PYTHONPATH": str(BENCHES), "POLARS_MAX_THREADS": "2", "OMP_NUM_THREADS": "2"}
        command = [str(python), "-m", "system.engines.worker"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=env)
        self.version = self.order({"engine": name, **told}).get("version", "")

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def order(self, order: dict) -> dict:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended with {self.process.wait()}")
        answer = json.loads(line)
        self.peak_mib = answer.get("peak_mib", 0.0)
        return answer


class Service:
    """`tidemark run` on a lake; it only answers queries unless it gets another role."""

    def __init__(self, binary: Path, lake: Path, home: Path, more: str = "", roles: str = "query"):
        self.log, config = home / "server.log", home / "tidemark.toml"
        # A JSON string is a TOML string.
        config.write_text(
            f'[lake]\nurl = {json.dumps(str(lake))}\n[http]\nlisten = "127.0.0.1:0"\n'
            f'[postgres]\nlisten = "127.0.0.1:0"\n{more or QUIET}'
        )
        command = [str(binary), "run", "--config", str(config), "--announce", "--roles", roles]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)

    def __enter__(self) -> "Service":
        try:
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit(f"the service did not start:\n{self.log.read_text()[-2000:]}")
            addresses = json.loads(line)
            self.http, self.postgres = addresses["http"], addresses["postgres"]
            self.connection = self.connect("bench")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def connect(self, user: str) -> psycopg.Connection:
        host, port = self.postgres.rsplit(":", 1)
        return psycopg.connect(host=host, port=int(port), dbname="tidemark", user=user, autocommit=True)

    def told(self) -> dict:
        return {"postgres": self.postgres, "http": self.http}

    def rows(self, text: str) -> list:
        return self.connection.execute(text.encode(), prepare=False).fetchall()

    def arrow(self, text: str) -> bytes:
        """An answer as an Arrow stream."""
        asked = urllib.request.Request(f"http://{self.http}/v1/sql?format=arrow", text.encode(), method="POST")
        asked.add_header("content-type", "text/plain")
        return OPENER.open(asked).read()

    def settle(self, looks_at_kpis: bool = True) -> None:
        """Waits until nothing is done of its own accord: after a start it reads what it keeps, beside every query.
        Where KPIs will be looked at, all that they would read at some time is read then."""
        began = time.monotonic()
        self.rest(began)
        if looks_at_kpis:
            # Not before: over a large lake it would wait for entities until it is late.
            self.rows("SELECT count(*) FROM kpi_daily")
            self.rest(began)
        spent = measure.cpu_s(self.process.pid)
        measure.note(f"the service has settled after {time.monotonic() - began:.0f} s, {spent:.0f} s of CPU")

    def rest(self, began: float) -> None:
        """Waits until it has not worked for a while."""
        quiet = 0
        while quiet < QUIET_WINDOWS:
            if time.monotonic() - began > SETTLED_WITHIN_S:
                raise SystemExit(f"the service is still busy by itself:\n{self.log.read_text()[-2000:]}")
            before = measure.cpu_s(self.process.pid)
            time.sleep(1)
            quiet = quiet + 1 if measure.cpu_s(self.process.pid) - before < QUIET_CPU_S else 0

    def peak_mib(self) -> float:
        return measure.memory_mib(self.process.pid)[1]

    def metric(self, name: str) -> float:
        """The sum of a metric over all its labels."""
        return measure.metric_sum(OPENER.open(f"http://{self.http}/metrics").read().decode(), name)
