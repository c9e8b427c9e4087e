"""The judge of PDF files finds what is wrong with one that nobody can file."""

from pathlib import Path

import pypdfium2

from judges import pdf


def test_a_plain_page_keeps_to_neither_standard(tmp_path: Path):
    file = tmp_path / "plain.pdf"
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(file)
    found = pdf.violations(file)[str(file)]
    assert any(one.startswith("PDFA_2_A: ") and "metadata" in one for one in found), found
    assert any(one.startswith("PDFUA_1: ") for one in found), found
    assert pdf.texts(file) == [""]
