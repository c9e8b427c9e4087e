"""The Dockerfile: by hadolint, and that the build finds what the sources ask for. `deploy/clean-root` runs its steps."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.tools import DEPLOY, ROOT, run
from path import harness

DOCKERFILE = DEPLOY / "Dockerfile"
# What Rust takes in when it compiles, beside modules.
EMBEDDED = re.compile(r'include_(?:str|bytes)!\(\s*"([^"]+)"')


def hadolint(path, code: int = 0) -> str:
    return run(Path(sys.executable).parent / "hadolint", "--no-color", path, code=code).stdout


def stages(text: str) -> list[str]:
    return re.findall(r"^FROM (?:--platform=\S+ )?(\S+)", text, re.MULTILINE)


def test_hadolint_finds_nothing():
    assert hadolint(DOCKERFILE) == ""


@pytest.mark.parametrize("right, wrong, told", [
    ("FROM rust:1.95.0-bookworm AS build", "FROM rust AS build", "DL3006"),
    ("apt-get install --yes", "apt-get install", "DL3014"),
    ("WORKDIR /etc/tidemark", "WORKDIR etc/tidemark", "DL3000"),
])  # fmt: skip
def test_hadolint_finds_what_is_planted(tmp_path, right, wrong, told):
    path = tmp_path / "Dockerfile"
    text = DOCKERFILE.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong))
    assert told in hadolint(path, code=1)


def test_bases_are_pinned_and_what_runs_is_nobody():
    text = DOCKERFILE.read_text()
    build, *others = stages(text)
    [minimum] = re.findall(r'^rust-version = "(\S+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
    assert re.fullmatch(rf"rust:{re.escape(minimum)}\.\d+-bookworm", build)
    assert len(set(others)) == 1 and re.fullmatch(r"debian:bookworm-\d{8}-slim@sha256:[0-9a-f]{64}", others[0])
    final = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 65532:65532$", final, re.MULTILINE)
    # A step that runs there would need an emulator of the other architecture.
    assert not re.search(r"^(RUN|EXPOSE) ", final, re.MULTILINE)


def test_the_command_and_the_health_check_are_the_binarys():
    text = DOCKERFILE.read_text()
    [check] = re.findall(r"HEALTHCHECK .*\\\n\s+CMD (\[.*\])", text)
    program, *arguments = json.loads(check)
    assert program == "/usr/local/bin/tidemark"
    # Nobody listens on port 1: the command itself must be understood, and tell.
    arguments = [part.replace(":8080", ":1") for part in arguments]
    said = subprocess.run([harness.binary(), *arguments], capture_output=True, text=True, timeout=60)
    assert said.returncode == 1 and "usage" not in said.stderr.lower(), said.stderr
    [command] = re.findall(r"^CMD (\[.*\])", text, re.MULTILINE)
    harness.run(*json.loads(command), "--help")


def test_what_is_left_out_is_not_asked_for():
    """No crate, and no file that a crate takes in, is in a folder that the build does not get."""
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    left_out = {line.lstrip("/") for line in lines if line and not line.startswith("#") and "*" not in line}
    for folder in left_out - {"tidemark-data"}:
        assert (ROOT / folder).exists(), folder
    members = re.search(r"members = \[(.*?)\]", (ROOT / "Cargo.toml").read_text(), re.DOTALL)[1]
    members = re.findall(r'"([^"]+)"', members)
    assert len(members) > 10 and not left_out & set(members)
    asked = 0
    for member in members:
        for source in (ROOT / member).rglob("*.rs"):
            for path in EMBEDDED.findall(source.read_text()):
                top = (source.parent / path).resolve().relative_to(ROOT).parts[0]
                asked += 1
                assert top not in left_out, f"{source} takes in {path}"
    assert asked > 10
