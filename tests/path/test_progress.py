"""Who waits at a terminal is told for what; a pipe gets the answer alone."""

import os
import socket
import subprocess

import pytest

from path.harness import binary, run

# Longer than anybody waits: it is stopped as soon as something is told.
ENDLESS = "SELECT count(*) FROM generate_series(1, 1000000) a(x), generate_series(1, 1000000) b(y) WHERE x % 7 = y % 11"


@pytest.fixture
def silent():
    """An address that takes connections, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def told_at_a_terminal(words: bytes, *arguments, answers=False, env=None) -> bytes:
    """What a command tells at a terminal until it has told these words, or has ended: its answers too, if so wanted.

    The terminal says that it has 0 columns and 0 rows, as those do that nobody gave a size.
    """
    ours, theirs = os.openpty()
    command = [str(part) for part in (binary(), *arguments)]
    env = {**os.environ, "TERM": "xterm-256color", **(env or {})}
    told = b""
    stdout = theirs if answers else subprocess.DEVNULL
    with subprocess.Popen(command, stdout=stdout, stderr=theirs, env=env) as process:
        os.close(theirs)
        try:
            while words not in told:
                told += os.read(ours, 1024)
        except OSError:  # The terminal's other end is closed: the command has ended.
            pass
        finally:
            process.kill()
            os.close(ours)
    return told


def test_a_query_that_takes_longer_than_a_second_says_that_it_runs(loaded):
    told = told_at_a_terminal(b"the query runs", "sql", ENDLESS, "--dir", loaded)
    assert b"the query runs" in told, told


def test_a_pipe_gets_the_answer_alone(loaded):
    done = run("sql", "SELECT 1 AS one", "--dir", loaded, "--format", "csv")
    assert (done.stdout, done.stderr) == ("one\n1\n", "")


def test_a_terminal_without_a_size_gets_whole_columns(loaded):
    query = "SELECT 'a text of some length' AS a_column_with_a_name, 1 AS one"
    told = told_at_a_terminal(b"(1 row)", "sql", query, "--dir", loaded, answers=True)
    assert b"a text of some length" in told and b"a_column_with_a_name" in told, told.decode()


COMMANDS_OF_A_LAKE = {
    "sql": ["sql", "SELECT 1"], "table": ["table", "ls"], "compact": ["maintain", "compact"],
    "vacuum": ["maintain", "vacuum"], "replay": ["dlq", "replay"], "load": ["load"],
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS_OF_A_LAKE)
def test_a_lake_that_opens_slowly_says_so(command, silent, files):
    store = {"AWS_ENDPOINT": f"http://{silent}", "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1",
             "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}  # fmt: skip
    typed = [*COMMANDS_OF_A_LAKE[command], *(files if command == "load" else [])]
    told = told_at_a_terminal(b"the lake opens", *typed, "--dir", "s3://bucket/lake", env=store)
    assert b"the lake opens" in told, told


def test_doctor_says_that_it_waits_for_the_brokers(silent, tmp_path):
    config = tmp_path / "tidemark.toml"
    config.write_text(
        f'[kafka]\nbrokers = "{silent}"\n[lake]\nurl = "{tmp_path / "lake"}"\n'
        '[http]\nlisten = "127.0.0.1:0"\n[postgres]\nlisten = "127.0.0.1:0"\n'
    )
    told = told_at_a_terminal(b"the brokers are asked", "doctor", "--config", config)
    assert b"the brokers are asked" in told, told


def test_an_import_says_that_it_waits_for_the_server(silent, tmp_path):
    rates = tmp_path / "rates.csv"
    rates.write_text("month,currency,rate_to_hkd\n2026-03,USD,7.8\n")
    told = told_at_a_terminal(b"the files are imported", "finance", "import", "--rates", rates, "--server", f"http://{silent}")
    assert b"the files are imported" in told, told
