"""What LibreOffice works out where a workbook says a formula: none of the results that its writer has set is left to it."""

import re
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl

SHEETS = "xl/worksheets/"
# A cell's formula with the result that the writer has set.
RESULT = re.compile(r"(<f[^>]*>[^<]*</f>)<v>[^<]*</v>")
WITHIN_S = 120


def without_results(content: bytes) -> tuple[bytes, int]:
    """The workbook without what its formulas come to, and how many there are."""
    found, num = BytesIO(), 0
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith(SHEETS):
                text, stripped = RESULT.subn(r"\1", part.decode())
                part, num = text.encode(), num + stripped
            new.writestr(name, part)
    return found.getvalue(), num


def worked_out(folder: Path, *contents: bytes) -> list[openpyxl.Workbook]:
    """The workbooks as LibreOffice calculates them, with values in place of formulas; `folder` is its to use."""
    made = folder / "made"
    made.mkdir(parents=True)
    files = [made / f"{place}.xlsx" for place in range(len(contents))]
    for file, content in zip(files, contents):
        file.write_bytes(without_results(content)[0])
    # A profile of its own: two of them cannot run on one.
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--calc",
               "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder / "done", *files]
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=WITHIN_S)
    return [openpyxl.load_workbook(folder / "done" / file.name, data_only=True) for file in files]
