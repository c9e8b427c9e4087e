"""A power cut cannot be had in a test, but what survives one can be read from the system calls: every object must be
synced before it gets its name, and its folder after; object_store itself does neither (trap 1 of the design)."""

import re
import subprocess
from pathlib import Path

import pytest

from path.harness import COMMAND_WITHIN_S, binary

CALL = re.compile(r'^\d+ +(\w+)\((.*)\) += (\d+)(?:<(.*)>)?$')
PATHS = re.compile(r'"([^"]+)"')


def calls_of(*arguments, log: Path) -> list[tuple[str, list[str], str]]:
    """The file calls of a command that succeeded, in order: name, path arguments, path of the descriptor."""
    traced = "trace=openat,fsync,fdatasync,link,linkat,rename,renameat,renameat2"
    command = ["strace", "-f", "-y", "-s", "4096", "-e", traced, "-o", str(log), str(binary()), *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, timeout=COMMAND_WITHIN_S)
    found, unfinished = [], {}
    for line in log.read_text(errors="replace").splitlines():
        # Calls of several threads are cut in two where they overlap.
        pid, _, rest = line.partition(" ")
        if rest.endswith("<unfinished ...>"):
            unfinished[pid] = rest.removesuffix("<unfinished ...>").strip()
            continue
        if resumed := re.match(r"\s*<\.\.\. \w+ resumed>(.*)", rest):
            line = f"{pid} {unfinished.pop(pid)}{resumed[1]}"
        if call := CALL.match(line):
            descriptor = re.search(r"<([^>]*)>", call[2])
            kind = "creating openat" if "O_CREAT" in call[2] else call[1]
            found.append((kind, PATHS.findall(call[2]), descriptor[1] if descriptor else ""))
    return found


@pytest.fixture(scope="module")
def calls(files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("power")
    return calls_of("load", *files, "--dir", folder / "lake", log=folder / "calls")


def named(calls) -> list[tuple[int, str, str]]:
    """Each object's naming: its place among the calls, the temporary path and the final one."""
    kinds = ("link", "linkat", "rename", "renameat", "renameat2")
    return [(place, paths[0], paths[1]) for place, (kind, paths, _) in enumerate(calls)
            if kind in kinds and len(paths) == 2 and "/lake/" in paths[1]]


def test_data_and_log_entries_are_synced_before_they_are_named(calls):
    objects = named(calls)
    assert sum(name.endswith(".parquet") for _, _, name in objects) > 10
    assert sum(name.endswith(".json") for _, _, name in objects) > 4
    for place, temporary, name in objects:
        synced = any(kind in ("fsync", "fdatasync") and at == temporary for kind, _, at in calls[:place])
        assert synced, f"{name} got its name before its content was synced"


def test_folders_are_synced_after_a_name_is_given(calls):
    for place, _, name in named(calls):
        folder = str(Path(name).parent)
        synced = any(kind in ("fsync", "fdatasync") and at == folder for kind, _, at in calls[place:])
        assert synced, f"the folder of {name} was not synced after it"


def test_no_object_is_written_in_place(calls):
    created = [paths[0] for kind, paths, _ in calls if kind == "creating openat" and "/lake/" in paths[0]]
    assert created
    assert [path for path in created if path.endswith((".parquet", ".json"))] == []
