"""The workflows, by actionlint, and the rules that it does not have: everything pinned, nothing allowed but what is used."""

import re

import pytest
import yaml

from deploy.tools import ROOT, run, tool

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
# Jobs that may write, and what.
MAY_WRITE = {
    ("release.yml", "image"): {"packages"},
    ("release.yml", "publish"): {"contents", "id-token", "attestations"},
}
PINNED = re.compile(r"uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def faults(name: str, text: str) -> list[str]:
    """What is wrong with a workflow, by line or job."""
    workflow, found = yaml.safe_load(text), []
    for line in text.splitlines():
        if "uses: " in line and "uses: ./" not in line and not PINNED.search(line):
            found.append(f"{line.strip()}: no commit with its version")
    if workflow.get("permissions") != {"contents": "read"}:
        found.append("a job may do more than read where it does not say so")
    for job_name, job in workflow["jobs"].items():
        written = {scope for scope, how in job.get("permissions", {}).items() if how == "write"}
        if written != MAY_WRITE.get((name, job_name), set()):
            found.append(f"{job_name}: writes {written}")
        if "timeout-minutes" not in job and "uses" not in job:
            found.append(f"{job_name}: may run for six hours")
        for step in job.get("steps", []):
            if step.get("uses", "").startswith("actions/checkout@") and step["with"]["persist-credentials"] is not False:
                found.append(f"{job_name}: leaves its token on the disk")
            # What others may name, a branch for one, must reach a shell as a variable.
            if "${{" in step.get("run", ""):
                found.append(f"{job_name}: puts an expression into a script")
    return found


def lint(path, code: int = 0) -> str:
    # Scripts are shellcheck's, which is not asked: what is to be found must not hang on what is installed.
    return run(tool("actionlint"), "-shellcheck=", "-pyflakes=", path, code=code, cwd=ROOT).stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_right(path):
    assert lint(path) == "" and faults(path.name, path.read_text()) == []


def test_there_are_the_two(path=FOLDER):
    assert [found.name for found in WORKFLOWS] == ["check.yml", "release.yml"]


@pytest.mark.parametrize("right, wrong, told", [
    ("@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2", "@v4", "no commit with its version"),
    ("permissions:\n  contents: read\njobs", "permissions: write-all\njobs", "may do more than read"),
    ("packages: write", "contents: write", "image: writes"),
    ("persist-credentials: false", "persist-credentials: true", "leaves its token"),
    ('"$GITHUB_REF_NAME"', '"${{ github.ref_name }}"', "puts an expression"),
])  # fmt: skip
def test_a_planted_fault_is_found(right, wrong, told):
    text = (FOLDER / "release.yml").read_text()
    assert right in text
    broken = faults("release.yml", text.replace(right, wrong, 1))
    assert any(told in fault for fault in broken), broken


@pytest.mark.parametrize("right, wrong, told", [
    ("needs: [binaries, check]", "needs: [binaries, chekc]", "chekc"),
    ("runs-on: ubuntu-24.04\n", "runs-on: ubuntu-24.40\n", "ubuntu-24.40"),
    ("matrix.architecture }}", "matrix.architektur }}", "architektur"),
])  # fmt: skip
def test_actionlint_finds_what_it_is_for(tmp_path, right, wrong, told):
    text = (FOLDER / "release.yml").read_text().replace("./.github/workflows/check.yml", "a/b/.github/workflows/c.yml@v1")
    assert right in text
    path = tmp_path / "release.yml"
    path.write_text(text.replace(right, wrong))
    assert told in lint(path, code=1)
