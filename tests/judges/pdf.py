"""Judges of PDF files: veraPDF says whether they keep to a standard, PDFium what people see.

`python -m judges.pdf FILE...` prints what veraPDF finds wrong, as JSON: a Java machine of its own, beside those of tests.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import jpype
import pypdfium2

TESTS = Path(__file__).parent.parent
STANDARDS = ("PDFA_2_A", "PDFUA_1")


def libraries() -> Path:
    """The folder of veraPDF's jars, filled by Maven when it is empty."""
    folder = Path(os.environ.get("TIDEMARK_VERAPDF_LIBS") or Path.home() / ".cache" / "tidemark-verapdf")
    if not any(folder.glob("validation-model-*.jar")):
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mvn", "-q", "-B", "-f", str(TESTS / "pdf" / "pom.xml"), "dependency:copy-dependencies"]
        subprocess.run([*command, f"-DoutputDirectory={folder}"], check=True, timeout=600)
    return folder


def violations(*files: Path) -> dict[str, list[str]]:
    """What is wrong with each file by PDF/A-2a and PDF/UA-1; nothing where it keeps to both."""
    libraries()
    command = [sys.executable, "-m", "judges.pdf", *map(str, files)]
    judged = subprocess.run(command, cwd=TESTS, check=True, capture_output=True, text=True, timeout=300)
    return json.loads(judged.stdout.splitlines()[-1])


def texts(file: bytes | Path) -> list[str]:
    """The text of each page."""
    with pypdfium2.PdfDocument(file) as document:
        return [page.get_textpage().get_text_range() for page in document]


def judge(files: Sequence[str]) -> dict[str, list[str]]:
    jpype.startJVM(classpath=[str(jar) for jar in libraries().glob("*.jar")], convertStrings=True)
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    flavours = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour")
    found = {}
    for file in files:
        found[file] = []
        for standard in STANDARDS:
            flavour = getattr(flavours, standard)
            with foundry.createParser(jpype.JClass("java.io.FileInputStream")(file), flavour) as parser:
                result = foundry.createValidator(flavour, False).validate(parser)
                found[file] += sorted({f"{standard}: {one.getMessage()}" for one in result.getTestAssertions()})
                if not result.isCompliant() and not found[file]:
                    found[file].append(f"{standard}: not compliant")
    return found


if __name__ == "__main__":
    print(json.dumps(judge(sys.argv[1:])))
