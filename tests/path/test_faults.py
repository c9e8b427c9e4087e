"""Planted faults: the service dies at each point of a commit and makes it good, and with each planted bug the judge
finds what it does. The first shows that the service can be relied on, the second that the first means something.

A development build plants what `TIDEMARK_FAULTS` names (`lake/src/faults.rs`), and says in its log when it strikes.
"""

import signal
import subprocess

import pytest

from path.harness import READY_WITHIN_S, TOPICS, Server, until
from path.kills import AT_ONCE, Sender, chosen_seed, prove, violations

FAULTS = "TIDEMARK_FAULTS"
# By then a checkpoint is due, too, which takes a hundred versions of a table.
STRUCK_WITHIN_S = 120
RECORDS_PER_S = 600
# Few enough for one commit, enough to hold dead letters and repeats.
BATCH = 600
# A point, and at which of its passings the process dies there. The first seven puts create the tables.
CRASHES = [
    ("rows.stored", 1), ("rows.stored", 8),
    ("commit.put", 2), ("commit.put", 8), ("commit.put", 14),
    ("commit.done", 1), ("commit.done", 8),
    ("dead_letters.done", 1), ("dead_letters.done", 5),
    ("compaction.stored", 1), ("compaction.stored", 3),
    ("checkpoint.stored", 1),
]
# Puts that fail, and puts that land while their answer is lost: one, or each of them.
FAILURES = [("commit.put=error@3", "commit.put Error"), ("commit.put=lost@3", "commit.put Lost"),
            ("commit.put=lost", "commit.put Lost")]
# Bugs that the service survives, and what the judge must say. A stream's first put is that of its dead letters.
BUGS = [
    ("bug.skip_txn=on", "bug.skip_txn On", "at or above the watermark"),
    ("bug.swallow_error=on,commit.put=error@1", "bug.swallow_error On", "acknowledged ids are lost"),
    ("bug.swallow_error=on,commit.put=error@2", "bug.swallow_error On", "acknowledged ids are lost"),
]


@pytest.fixture
def seed() -> int:
    return chosen_seed()


@pytest.fixture
def server(kafka, servers, tmp_path) -> Server:
    """A service whose commits are quick; its topics are there and empty, its tables are not there yet."""
    kafka.create_topics(*TOPICS)
    return servers(tmp_path / "lake", kafka.bootstrap, AT_ONCE)


@pytest.mark.parametrize(("point", "nth"), CRASHES)
def test_a_crash_at_any_point_loses_and_repeats_nothing(server, kafka, tmp_path, seed, point, nth):
    with Sender(kafka, tmp_path, seed, RECORDS_PER_S) as sender:
        dies_of(server, f"{point}=crash@{nth}", f"{point} Crash")
    # Whatever was left over, the life after the crash has work of its own, too.
    sender.send_batch(BATCH)
    prove(server.start(), kafka, sender)


@pytest.mark.parametrize(("faults", "struck"), FAILURES)
def test_a_put_that_fails_or_is_not_answered_is_made_good(server, kafka, tmp_path, seed, faults, struck):
    with_tables(server)
    server.env[FAULTS] = faults
    server.start()
    process = server.process
    with Sender(kafka, tmp_path, seed, RECORDS_PER_S) as sender:
        wait_struck(server, struck)
    sender.send_batch(BATCH)
    assert server.process is process and process.poll() is None
    prove(server, kafka, sender)


@pytest.mark.parametrize(("faults", "struck", "finding"), BUGS)
def test_the_judge_finds_what_a_bug_does(kafka, servers, tmp_path, seed, faults, struck, finding):
    server, sender = quiet(kafka, servers, tmp_path, seed), Sender(kafka, tmp_path, seed, topics=("invoices",))
    found = after_a_batch(server, kafka, sender, faults)
    assert told(server, struck)
    assert finding in "\n".join(found)


def test_the_judge_finds_nothing_where_nothing_is_planted(kafka, servers, tmp_path, seed):
    server, sender = quiet(kafka, servers, tmp_path, seed), Sender(kafka, tmp_path, seed, topics=("invoices",))
    assert after_a_batch(server, kafka, sender, faults="") == []


@pytest.mark.parametrize("between", [2, 4])
def test_the_judge_finds_rows_that_died_after_their_watermarks(kafka, servers, tmp_path, seed, between):
    """The second put is of the dead letters whose watermarks the first one moved, the fourth is of the events."""
    server, sender = quiet(kafka, servers, tmp_path, seed), Sender(kafka, tmp_path, seed, topics=("invoices",))
    with_tables(server)
    sender.send_batch(BATCH)
    dies_of(server, f"bug.watermarks_first=on,commit.put=crash@{between}", "commit.put Crash")
    assert told(server, "bug.watermarks_first On")
    server.start().wait_landed(kafka)
    assert server.stop() == 0
    found = "\n".join(violations(server.directory, kafka, sender))
    assert "acknowledged ids are lost" in found
    assert "lost offsets" in found


def quiet(kafka, servers, tmp_path, seed: int) -> Server:
    """A service that commits a batch of one stream as a whole, so that its puts can be counted."""
    kafka.create_topics(*TOPICS)
    return servers(tmp_path / "lake", kafka.bootstrap)


def with_tables(server: Server) -> None:
    """A life that creates the tables, so that the first put of the next is a commit."""
    server.start()
    assert server.stop() == 0


def after_a_batch(server: Server, kafka, sender: Sender, faults: str) -> list[str]:
    """What the judge says once the service itself tells that a batch is there, and has drained."""
    with_tables(server)
    sender.send_batch(BATCH)
    server.env[FAULTS] = faults
    server.start()
    good = sender.number - sender.number // 10
    count = lambda: int(server.by_http("SELECT count(*) FROM invoice_events")[0][0])  # noqa: E731
    until(lambda: count() == good, READY_WITHIN_S, lambda: f"{good} rows; there are {count()}\n{server.log_tail()}")
    assert server.stop() == 0
    return violations(server.directory, kafka, sender)


def dies_of(server: Server, faults: str, struck: str) -> None:
    """Runs the service until it dies by itself of what is planted; its next life has none of it."""
    server.env[FAULTS] = faults
    server.spawn()
    try:
        code = server.process.wait(STRUCK_WITHIN_S)
    except subprocess.TimeoutExpired:
        server.kill()
        pytest.fail(f"{faults} did not strike: is it a release build?\n{server.log_tail()}")
    finally:
        del server.env[FAULTS]
    # Nobody here sent a signal: it came from within.
    assert code in (-signal.SIGABRT, -signal.SIGKILL), f"ended with {code}\n{server.log_tail()}"
    assert told(server, struck), server.log_tail()


def wait_struck(server: Server, struck: str) -> None:
    missing = lambda: f"planted fault {struck}: is it a release build?\n{server.log_tail()}"  # noqa: E731
    until(lambda: told(server, struck), STRUCK_WITHIN_S, missing)


def told(server: Server, struck: str) -> bool:
    return f"planted fault: {struck}" in server.log.read_text(errors="replace")
