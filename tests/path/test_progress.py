"""Who waits at a terminal is told for what; a pipe gets the answer alone."""

import os
import subprocess

from path.harness import binary, run

# Longer than anybody waits: it is stopped as soon as something is told.
ENDLESS = "SELECT count(*) FROM generate_series(1, 1000000) a(x), generate_series(1, 1000000) b(y) WHERE x % 7 = y % 11"


def told_at_a_terminal(words: bytes, *arguments, answers=False) -> bytes:
    """What a command tells at a terminal until it has told these words, or has ended: its answers too, if so wanted.

    The terminal says that it has 0 columns and 0 rows, as those do that nobody gave a size.
    """
    ours, theirs = os.openpty()
    command = [str(part) for part in (binary(), *arguments)]
    env = {**os.environ, "TERM": "xterm-256color"}
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
