"""Programs that serve objects in tests, from their registries once, into `$TIDEMARK_STORES` or a cache folder.

versitygw is a server that people run. Since 1.8 it holds a lock from a conditional put's look to its link; servers
that only look before they write would let two writers both win, and prove nothing about ours.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

FIXTURE = Path(__file__).resolve().parent.parent / "stores"
VERSITYGW = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"
INSTALLED_WITHIN_S = 900


def tools(name: str, version: str) -> Path:
    """The folder of one version of a tool."""
    root = Path(os.environ.get("TIDEMARK_STORES") or Path.home() / ".cache" / "tidemark-stores")
    return root / f"{name}-{version}"


def versitygw() -> Path:
    """The S3 server, built by Go when it is not there."""
    program = tools("versitygw", VERSITYGW.rpartition("@")[2]) / "versitygw"
    if not program.is_file():
        program.parent.mkdir(parents=True, exist_ok=True)
        into = {**os.environ, "GOBIN": str(program.parent)}
        subprocess.run(["go", "install", VERSITYGW], env=into, check=True, timeout=INSTALLED_WITHIN_S)
    return program


def azurite() -> Path:
    """Azurite's blob server, installed by npm as the lock file has it."""
    lock = (FIXTURE / "package-lock.json").read_bytes()
    folder = tools("azurite", hashlib.sha256(lock).hexdigest()[:16])
    if not (folder / "installed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(FIXTURE / name, folder)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=folder, check=True, timeout=INSTALLED_WITHIN_S)
        (folder / "installed").touch()
    return folder / "node_modules" / ".bin" / "azurite-blob"
