"""The console: its source is sound, what is committed is what it builds to, and a real browser finds every page of a
real service in order, in each language."""

import os
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from path.harness import TOPICS, run

CONSOLE = Path(__file__).parents[2] / "dashboards" / "console"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"
SEED, DAYS = 11, 40


def npm(*arguments: str, wait_s: int = 600) -> str:
    """What a script of the console prints; its failure with all that it said."""
    done = subprocess.run(
        ["npm", "--silent", *arguments], cwd=CONSOLE, capture_output=True, text=True, timeout=wait_s,
        env=os.environ | {"CHROMIUM": CHROMIUM, "CI": "true"},
    )
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-4_000:]
    return done.stdout


@pytest.fixture(scope="module")
def tools():
    """What the console is built and driven with, as the lock file says."""
    npm("ci", "--no-audit", "--no-fund")


@pytest.fixture(scope="module")
def service(module_kafka, servers, tmp_path_factory) -> str:
    """The address of a service with some weeks of events that end today: the console shows what is now."""
    folder = tmp_path_factory.mktemp("weeks")
    end = date.today() + timedelta(days=1)
    run("generate", "--days", DAYS, "--seed", SEED, "--end", end, "--scale", "0.1", "--out", folder)
    lake = tmp_path_factory.mktemp("console") / "lake"
    run("load", *(folder / f"{topic}.jsonl" for topic in TOPICS), "--dir", lake)
    module_kafka.create_topics(*TOPICS)
    return f"http://{servers(lake, module_kafka.bootstrap).start().http}"


def test_types_and_units_of_the_console_hold(tools):
    print(npm("run", "check"))


def test_what_is_committed_is_what_the_source_builds_to(tools):
    dist = CONSOLE / "dist"
    files = lambda: {str(path.relative_to(dist)): path.read_bytes() for path in dist.rglob("*") if path.is_file()}  # noqa: E731
    committed = files()
    print(npm("run", "build"))
    assert files().keys() == committed.keys(), "run `npm run build` in dashboards/console and commit dist"
    assert files() == committed


@pytest.mark.parametrize("part", [
    ("pages", "in en"), ("pages", "in zh-Hant"), ("pages", "in zh-Hans"), ("keyboard",), ("kpis",), ("status",),
], ids=" ".join)  # fmt: skip
def test_a_browser_finds_the_console_in_order(tools, service, part):
    """What takes longer, each page's own tests, dark colours and phones, is for `npm run e2e -- ADDRESS`."""
    told = npm("run", "e2e", "--", service, *part)
    print(told)
    assert ", 0 failed" in told
