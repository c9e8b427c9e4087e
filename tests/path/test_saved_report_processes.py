"""Saved reports where several processes have the role jobs, and where one dies: each run is made once, a run that was
begun or made and not ended goes on in the next process, and its files are what outside readers say they are.

The definitions' files are older than the hour at which they are due, so that processes find all runs due when they start.
"""

import json
import os
import shutil
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import openpyxl
import pytest

from judges import libreoffice
from path.harness import LANDED_WITHIN_S, READY_WITHIN_S, Server, until
from path.histories import rows
from path.test_saved_reports import SECRET

NUM_REPORTS = 6
# Of Debian's libfaketime, whichever the machine is.
FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
# A claim holds for half an hour (`CLAIM` of reports/src/saved/run.rs).
AFTER_A_CLAIM = "+31m"
# A process may die of another commit than a report's; each of these makes the next one nearer.
LIVES_MAX = 12


class Hook:
    """Takes webhooks; holds each one until it is let go."""

    def __init__(self):
        self.told, self.may_answer = [], threading.Event()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                hook.told.append((self.headers["webhook-id"], body))
                if hook.may_answer.wait(LANDED_WITHIN_S):
                    self.send_response(200)
                    self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Office:
    """A lake with definitions and a place for files, and processes that have nothing to do but their jobs."""

    def __init__(self, home: Path, loaded: Path, servers):
        self.home, self.lake, self.servers = home, home / "lake", servers
        shutil.copytree(loaded, self.lake)
        for folder in ("definitions", "secrets"):
            (home / folder).mkdir()
        (home / "secrets" / "finance").write_text(SECRET)
        self.due_at = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=2)

    def define(self, name: str, destination: str) -> str:
        """Keeps a report of settled invoices by city that was due two minutes ago; answers its run's id."""
        file = self.home / "definitions" / f"{name}.toml"
        file.write_text(
            f'name = "{name}"\nowner = "ann"\nsource = "invoices"\nformats = ["xlsx", "pdf", "csv"]\n'
            f'[title]\nen = "Settled invoices"\n[[group_by]]\ncolumn = "city"\n'
            f'[[aggregations]]\nname = "invoices"\nfunction = "count"\n'
            f'[[filters]]\ncolumn = "settled_at"\noperator = "is_not_empty"\n'
            f'[schedule]\nevery = "day"\nat = "{self.due_at:%H:%M}"\n[[destinations]]\n{destination}\n'
        )
        an_hour_before = self.due_at.timestamp() - 3600
        os.utime(file, (an_hour_before, an_hour_before))
        return f"{name}/{self.due_at:%Y%m%dT%H%M%SZ}"

    def worker(self, **env: str) -> Server:
        folder = lambda name: json.dumps(str(self.home / name))  # noqa: E731
        config = (f"[reports]\ndefinitions = {folder('definitions')}\nstore = {folder('files')}\n"
                  f"secrets = {folder('secrets')}\nwebhook_hosts = [\"127.0.0.1\"]\n")
        return self.servers(self.lake, "127.0.0.1:1", config, env).spawn("--roles", "jobs")

    def steps(self) -> dict[str, list[str]]:
        """The states of each run, in their order."""
        found: dict[str, list[str]] = {}
        # The table is made with the first step.
        if not (self.lake / "report_steps" / "_delta_log").is_dir():
            return found
        for row in rows(self.lake, "SELECT run_id, state FROM report_steps ORDER BY run_id, at"):
            found.setdefault(row["run_id"], []).append(row["state"])
        return found

    def wait(self, states: dict[str, list[str]], worker: Server) -> None:
        until(lambda: self.steps() == states, LANDED_WITHIN_S, lambda: f"{states}; is {self.steps()}\n{worker.log_tail()}", 1)

    def cities(self) -> list[tuple[str, int]]:
        found = rows(self.lake, "SELECT city, count(*) AS n FROM invoices WHERE settled_at IS NOT NULL GROUP BY city ORDER BY city")
        return [(row["city"], int(row["n"])) for row in found]


@pytest.fixture
def office(tmp_path, loaded, servers):
    return Office(tmp_path, loaded, servers)


def test_two_processes_make_each_run_once(office):
    runs = [office.define(f"report-{number}", 'kind = "folder"\nfolder = "finance"') for number in range(NUM_REPORTS)]
    workers = [office.worker() for _ in range(2)]
    office.wait({run: ["claimed", "delivered"] for run in runs}, workers[0])
    for run in runs:
        put = office.home / "files" / "finance" / run
        assert sorted(file.suffix for file in put.iterdir()) == [".csv", ".pdf", ".xlsx"]
    # Who looks again finds one more, and makes nothing a second time.
    written = {path: path.stat().st_mtime_ns for path in (office.home / "files").rglob("*") if path.is_file()}
    runs.append(office.define("one-more", 'kind = "folder"\nfolder = "finance"'))
    office.wait({run: ["claimed", "delivered"] for run in runs}, workers[0])
    assert [worker.stop() for worker in workers] == [0, 0]
    assert {path: path.stat().st_mtime_ns for path in written} == written


def test_a_run_whose_process_dies_while_it_is_told_is_told_again_in_the_same_words(office):
    hook = Hook()
    run = office.define("told", f'kind = "webhook"\nurl = "{hook.url}"\nsecret_file = "finance"')
    first = office.worker()
    until(lambda: hook.told, LANDED_WITHIN_S, first.log_tail)
    assert office.steps() == {run: ["claimed", "made"]}
    first.kill()
    hook.may_answer.set()
    office.wait({run: ["claimed", "made", "delivered"]}, office.worker())
    assert len(hook.told) == 2 and hook.told[0] == hook.told[1]


@pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not there")
def test_a_run_whose_process_dies_before_it_is_made_is_begun_again_and_ends(office):
    run = office.define("begun", 'kind = "folder"\nfolder = "finance"')
    for _ in range(LIVES_MAX):
        worker = office.worker(TIDEMARK_FAULTS="commit.done=crash@1")
        assert until(lambda worker=worker: worker.process.poll() is not None, READY_WITHIN_S, worker.log_tail)
        if office.steps().get(run) == ["claimed"]:
            break
    assert office.steps() == {run: ["claimed"]} and not (office.home / "files" / "finance").exists()
    # Somebody may still be at it: the next process leaves it alone. Half an hour later it does not.
    early = office.define("other", 'kind = "folder"\nfolder = "finance"')
    worker = office.worker()
    office.wait({run: ["claimed"], early: ["claimed", "delivered"]}, worker)
    worker.kill()
    later = office.worker(LD_PRELOAD=str(FAKETIME), FAKETIME=AFTER_A_CLAIM, DONT_FAKE_MONOTONIC="1")
    office.wait({run: ["claimed", "claimed", "delivered"], early: ["claimed", "delivered"]}, later)
    put = office.home / "files" / "finance" / run
    assert_read_back(office, put, office.cities())


def assert_read_back(office: Office, put: Path, cities: list[tuple[str, int]]) -> None:
    """openpyxl, LibreOffice and poppler see each city with its invoices."""
    book = put / f"{put.parent.name}.xlsx"
    for found in (openpyxl.load_workbook(book, data_only=True), *libreoffice.worked_out(office.home / "office", book.read_bytes())):
        cells = [row for sheet in found for row in sheet.values]
        assert [city for city, num in cities if not any(city in row and num in row for row in cells)] == []
    printed = subprocess.run(["pdftotext", "-layout", book.with_suffix(".pdf"), "-"], capture_output=True, text=True, check=True)
    lines = [line.split() for line in printed.stdout.splitlines()]
    assert [city for city, num in cities if not any(city in line and f"{num:,}" in line for line in lines)] == []
    page = office.home / "page"
    subprocess.run(["pdftoppm", "-png", "-singlefile", "-r", "40", book.with_suffix(".pdf"), page], check=True)
    assert page.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
