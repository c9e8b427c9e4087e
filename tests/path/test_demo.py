"""The demo: one command with its own broker; its tables hold the figures of the same plan, and it goes on."""

import subprocess
import threading
import urllib.request

import pytest

from judges import identity, truth
from path.harness import OPENER, binary, landed_offsets, run, sql

DAYS, SEED = 5, 3
WITHIN_S = 600


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A data directory after `demo --once`, and what it printed."""
    directory = tmp_path_factory.mktemp("demo") / "lake"
    done = run("demo", "--dir", directory, "--days", DAYS, "--seed", SEED, "--once", within_s=900)
    return directory, done


@pytest.fixture(scope="module")
def figures(module_kafka, tmp_path_factory):
    """The truth of the same plan, sent to a broker: with the records that files cannot hold."""
    folder = tmp_path_factory.mktemp("plan")
    arguments = ["--brokers", module_kafka.bootstrap, "--out", folder]
    run("generate", "--days", DAYS, "--seed", SEED, *arguments, within_s=900)
    return truth.load(folder / "truth.json")


def test_the_demo_prints_a_summary(demo):
    _, done = demo
    assert done.stdout.strip()
    assert "panicked" not in done.stderr


def test_the_demo_holds_every_figure_of_its_plan(demo, figures):
    directory, _ = demo
    assert truth.compare_directory(figures, directory) == []
    assert truth.compare(figures, lambda query: sql(directory, query), "cli") == []


def test_every_record_of_the_demo_is_accounted_for(demo):
    assert identity.check(demo[0]) == []


def test_a_second_start_goes_on_where_the_first_ended(demo, figures):
    directory, _ = demo
    before = landed_offsets(directory)
    run("demo", "--dir", directory, "--days", DAYS, "--seed", SEED, "--once", within_s=900)
    after = landed_offsets(directory)
    assert all(after[at] >= offset for at, offset in before.items())
    assert truth.compare(figures, lambda query: sql(directory, query), "cli") == []
    assert identity.check(directory) == []


def test_the_demo_names_the_console_first_and_it_opens(tmp_path):
    doors = ["--http", "127.0.0.1:0", "--postgres", "127.0.0.1:0"]
    command = [binary(), "demo", "--dir", tmp_path / "lake", "--days", 1, "--seed", SEED, *doors]
    demo = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    deadline = threading.Timer(WITHIN_S, demo.kill)
    deadline.start()
    try:
        told = []
        for line in demo.stdout:
            told.append(line.strip())
            if "Ctrl-C" in line:
                break
        name, address = told[0].split()[:2]
        assert name == "Console", told
        assert address in told[told.index("Try:") + 1], told
        as_browsers_do = urllib.request.Request(address, headers={"accept": "text/html"})
        with OPENER.open(as_browsers_do, timeout=60) as page:
            assert "<title>Tidemark</title>" in page.read().decode()
        demo.terminate()
        assert demo.wait() == 0
    finally:
        demo.kill()
        demo.wait()
        deadline.cancel()
