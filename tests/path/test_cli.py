"""What the command line says of itself: completions that shells take, and manual pages that groff reads."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from path.harness import run

Called = tuple[str, ...]

# How each shell reads a script without running it; the others are seldom installed.
READS = {"bash": ["bash", "-n"], "fish": ["fish", "--no-execute"], "zsh": ["zsh", "-n"]}

# What bash offers for the last of some words, a line each.
OFFERS = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_tidemark "$1" "${@: -1}" "${@: -2:1}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def below(called: Called) -> list[Called]:
    """The commands that a command's help lists."""
    told = run(*called, "--help").stdout
    listed = re.search(r"^Commands:\n((?: {2}.*\n)+)", told, re.M)
    names = re.findall(r"^ {2}(\S+)", listed[1], re.M) if listed else []
    return [(*called, name) for name in names if name != "help"]


@pytest.fixture(scope="module")
def commands() -> dict[Called, list[Called]]:
    """Every command by the words that call it, with those right below it."""
    found, ahead = {}, [()]
    while ahead:
        called = ahead.pop()
        found[called] = below(called)
        ahead += found[called]
    assert {("demo",), ("dlq", "replay"), ("close", "reproduce"), ("experiment",)} <= found.keys(), found
    return found


def completions(shell: str, folder: Path) -> Path:
    script = folder / f"tidemark.{shell}"
    script.write_text(run("completions", shell).stdout)
    return script


@pytest.mark.parametrize("shell", ["bash", "elvish", "fish", "powershell", "zsh"])
def test_completions_name_each_command_and_their_shell_reads_them(shell, commands, tmp_path):
    script = completions(shell, tmp_path)
    words = set(re.findall(r"[a-z]+(?:-[a-z]+)*", script.read_text()))
    assert {name for called in commands for name in called} <= words
    reads = READS.get(shell)
    if reads and shutil.which(reads[0]):
        done = subprocess.run([*reads, script], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


def test_bash_completes_the_commands_below_each_command(commands, tmp_path):
    script = completions("bash", tmp_path)
    for called, wanted in commands.items():
        typed = ["tidemark", *called, ""]
        done = subprocess.run(["bash", "-c", OFFERS, "bash", script, *typed], capture_output=True, text=True, check=True)
        names = {name for *_, name in wanted}
        assert names <= set(done.stdout.split()), (typed, done.stdout, done.stderr)


def test_each_command_has_a_manual_page_with_its_examples(commands, tmp_path):
    run("man", "--out", tmp_path)
    pages = {called: tmp_path / f"{'-'.join(('tidemark', *called))}.1" for called in commands}
    assert {page.name for page in tmp_path.iterdir()} == {page.name for page in pages.values()}
    for called, page in pages.items():
        text = page.read_text()
        assert ".SH NAME" in text and ".SH SYNOPSIS" in text, text
        assert "Examples:" in text or not called, text


@pytest.mark.skipif(not shutil.which("groff"), reason="no groff")
def test_groff_sets_each_example_on_a_line_of_its_own(tmp_path):
    run("man", "--out", tmp_path)
    page = subprocess.run(
        ["groff", "-man", "-Tascii", "-P-cbou", tmp_path / "tidemark-dlq-replay.1"], capture_output=True, text=True, check=True)
    typed = [line.strip() for line in page.stdout.splitlines() if line.strip().startswith("tidemark dlq replay --stream")]
    assert len(typed) == 1 and page.stderr == "", page.stdout + page.stderr
