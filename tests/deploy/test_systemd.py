"""The unit, by systemd's own readers: what they do not know, and how much of the machine it leaves open."""

import re
import shutil

import pytest

from deploy.tools import DEPLOY, run
from path import harness

UNIT = DEPLOY / "systemd" / "tidemark.service"
# Of 10; below 2 systemd calls a service well protected. What is left is mostly that it uses the network.
EXPOSURE_MAX = 1.5


@pytest.fixture
def unit(tmp_path):
    """The unit with a program that is there."""
    path = tmp_path / "tidemark.service"
    path.write_text(UNIT.read_text().replace("/usr/local/bin/tidemark", str(harness.binary())))
    return path


def complaints(path) -> str:
    """What systemd says of a unit; it takes many mistakes for warnings and goes on without the line."""
    done = run("systemd-analyze", "verify", "--man=no", path)
    return "\n".join(line for line in done.stderr.splitlines() if path.name in line)


def exposure(path) -> float:
    said = run("systemd-analyze", "security", "--offline=yes", "--no-pager", path).stdout
    return float(re.search(r"Overall exposure level for .*: ([\d.]+)", said)[1])


def test_systemd_knows_every_line(unit):
    assert complaints(unit) == ""


def test_little_of_the_machine_is_left_open(unit):
    assert exposure(unit) <= EXPOSURE_MAX


@pytest.mark.parametrize("right, wrong, told", [
    ("ProtectSystem=", "ProtectSytem=", "ProtectSytem"),
    ("Restart=on-failure", "Restart=maybe", "restart specifier"),
])  # fmt: skip
def test_a_wrong_line_is_found(unit, right, wrong, told):
    text = unit.read_text()
    assert right in text
    unit.write_text(text.replace(right, wrong))
    assert told in complaints(unit)


def test_a_protection_that_is_gone_is_found(unit):
    unit.write_text(unit.read_text().replace("CapabilityBoundingSet=\n", "").replace("SystemCallFilter", "#"))
    assert exposure(unit) > EXPOSURE_MAX


def test_the_command_and_its_configuration_are_understood(tmp_path):
    [command] = re.findall(r"^ExecStart=\S+ (.*)$", UNIT.read_text(), re.MULTILINE)
    path = tmp_path / "tidemark.toml"
    shutil.copy(DEPLOY / "systemd" / "tidemark.toml", path)
    arguments = command.replace("/etc/tidemark/tidemark.toml", str(path)).split()
    said = harness.run("config", "show", *arguments[1:], "--origin").stdout
    assert f'lake.url = "/var/lib/tidemark/lake"    # {path}' in said
    assert f'reports.definitions = "/var/lib/tidemark/report-definitions"    # {path}' in said
    # The folder that the unit may write, and no other.
    assert "StateDirectory=tidemark\n" in UNIT.read_text()
