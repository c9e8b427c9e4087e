"""A full disk: said in words, nothing lost, and everything lands once there is room again, without a restart."""

import os
import subprocess

import pytest

from judges import identity, truth
from path.harness import TOPICS, records_of, run, sql, until


class SmallDisk:
    """A file system in memory smaller than two days of events, which can be made larger."""

    def __init__(self, at):
        self.at = at
        at.mkdir()

    def mount(self, size: str) -> bool:
        return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.at]).returncode == 0

    def grow(self, size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", self.at], check=True)

    def unmount(self) -> None:
        subprocess.run(["umount", "-l", self.at], check=True)


@pytest.fixture
def small_disk(tmp_path):
    disk = SmallDisk(tmp_path / "disk")
    if os.geteuid() != 0 or not disk.mount("900k"):
        pytest.skip("needs the right to mount a file system")
    yield disk
    disk.unmount()


def test_loading_onto_a_full_disk_says_so_and_goes_on_where_it_stopped(small_disk, files, figures):
    lake = small_disk.at / "lake"
    failed = run("load", *files, "--dir", lake, code=1)
    assert "No space left on device" in failed.stderr
    assert "panicked" not in failed.stderr
    assert identity.check(lake) == []
    small_disk.grow("200m")
    run("load", *files, "--dir", lake)
    assert truth.compare(figures, lambda query: sql(lake, query), "cli") == []
    assert identity.check(lake) == []


def test_the_service_waits_for_room_and_loses_nothing(small_disk, kafka, servers, tmp_path):
    kafka.create_topics(*TOPICS)
    lake = small_disk.at / "lake"
    server = servers(lake, kafka.bootstrap).start()
    run("generate", "--days", 2, "--seed", 11, "--brokers", kafka.bootstrap)
    until(lambda: "No space left on device" in server.log_tail(), 60, server.log_tail)
    until(lambda: server.request("GET", "/readyz")[0] == 503, 60, server.log_tail)
    assert "No space left on device" in server.request("GET", "/readyz")[2].decode()
    # What is taken in is answered from memory while it cannot be stored.
    assert int(server.by_http("SELECT count(*) FROM invoice_events")[0][0]) > 0
    small_disk.grow("200m")
    server.wait_landed(kafka)
    until(server.ready, 60, server.log_tail)
    assert "panicked" not in server.log.read_text()
    assert server.stop() == 0
    assert identity.check(lake, records=records_of(kafka.read_all(*TOPICS))) == []
