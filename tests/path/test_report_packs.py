"""Packs of a month by the real binary: whose documents are in them, that these are the ones that are asked for alone,
and that their checksums hold for a tool that is not ours."""

import io
import json
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path, PurePosixPath

import pytest

from path.closing import Business, small
from path.test_reports import hostile, principals, report

LANGUAGES = {"en": "en", "zh-hant": "zh-Hant", "zh-hans": "zh-Hans"}


@pytest.fixture(scope="module")
def business(tmp_path_factory) -> Business:
    """With costs of a city that nobody knows."""
    return hostile(tmp_path_factory.mktemp("packs")).cost("far", "KUL", "2026-03-10", "1.50").load()


def pack(*asked, **how) -> dict[PurePosixPath, bytes]:
    """The files of a pack by their paths."""
    with zipfile.ZipFile(io.BytesIO(report(asked[0], "pack", *asked[1:], **how))) as archive:
        assert archive.testzip() is None
        return {PurePosixPath(name): archive.read(name) for name in archive.namelist()}


def folders(files: dict[PurePosixPath, bytes]) -> set[tuple[str, str]]:
    """Language and party of each folder of documents."""
    return {(path.parts[0], path.parts[1]) for path in files if len(path.parts) == 3}


def test_a_pack_has_everybodys_documents_in_all_languages(business):
    files = pack(business.lake)
    bearing = {city for _, city in business.bears("2026-03")} - {"unallocated", "idle"}
    assert "KUL" in bearing
    assert folders(files) == {(tag, party) for tag in LANGUAGES.values() for party in bearing | {"all"}}
    for name, tag in LANGUAGES.items():
        for party in ("all", "SIN"):
            of_party = [] if party == "all" else ["--city", party]
            made = {path.suffix: content for path, content in files.items() if path.parts[:2] == (tag, party)}
            assert made[".xlsx"] == report(business.lake, "xlsx", "--language", name, *of_party)
            assert made[".pdf"] == report(business.lake, "pdf", "--language", name, *of_party)
    assert files[PurePosixPath("2026-03.focus.csv")] == report(business.lake, "focus")
    assert not [path for path in files if path.parts[0] == "closed"], "the month is open"


def test_the_same_data_gives_the_same_pack_and_sha256sum_finds_it_whole(business, tmp_path):
    content = report(business.lake, "pack")
    assert content == report(business.lake, "pack")
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    named = {line.split("  ", 1)[1] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()}
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert named == found - {"SHA256SUMS"}
    check = lambda: subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path,  # noqa: E731
                                   capture_output=True, text=True)
    assert check().returncode == 0
    changed = next(Path(tmp_path).rglob("*.pdf"))
    changed.write_bytes(changed.read_bytes() + b"\n")
    assert changed.name in check().stdout


def test_a_principal_gets_the_pack_of_its_cities(business, tmp_path):
    known = ["--principals", principals(tmp_path), "--as", "bob"]
    files = pack(business.lake, *known)
    assert {party for _, party in folders(files)} == {"all", "HKG", "SIN"}
    assert files[PurePosixPath("2026-03.focus.csv")] == report(business.lake, "focus", *known)
    assert {party for _, party in folders(pack(business.lake, *known, "--city", "SIN"))} == {"SIN"}
    assert "may not see the city \"SHA\"" in report(business.lake, "pack", *known, "--city", "SHA", code=1)


def test_a_pack_of_a_closed_month_brings_what_was_closed(tmp_path):
    made = small(tmp_path / "made")
    closed = made.closes("2026-03")
    files = pack(made.lake)
    frozen = {path.name: content for path, content in files.items() if path.parts[0] == "closed"}
    assert frozen == made.pack("2026-03", closed)
    # What is booked later of one city makes its documents adjusted, and the group's.
    made.invoice("late", "SHA", "2026-03-20").load()
    status = lambda *city: json.loads(report(made.lake, "document", *city), parse_float=Decimal)["status"]  # noqa: E731
    assert (status(), status("--city", "SHA")) == ("adjusted", "adjusted")


def test_a_report_without_charges_has_a_pack_without_them(business):
    files = pack(business.lake, kind="regional")
    assert {path.suffix for path in files if len(path.parts) == 3} == {".xlsx", ".pdf"}
    assert {path.name for path in files if len(path.parts) == 1} == {"SHA256SUMS"}
    assert "there are no cost pools of 2026-09" in report(business.lake, "pack", month="2026-09", code=1)
