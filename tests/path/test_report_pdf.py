"""A month on paper, by the real binary: PDFium reads back what a person sees, veraPDF says whether it can be filed.
What each city must bear is counted by `closing.py`."""

from decimal import Decimal
from pathlib import Path

import pytest

from judges import pdf
from judges.allocation import ONE
from path.closing import Business, small
from path.harness import run

# What a draft and a closed month are called, and what is said of the pages.
LANGUAGES = {"en": ("DRAFT", "FINAL", "Page 1 of "), "zh-Hant": ("草稿", "定稿", "第 1 頁，共 "),
             "zh-Hans": ("草稿", "定稿", "第 1 页，共 ")}


@pytest.fixture(scope="module")
def business(tmp_path_factory) -> Business:
    """March is closed, April is open; a pool has a name that would be a call in the template's language."""
    made = small(tmp_path_factory.mktemp("paper"))
    made.states([("2026-04", "#panic() $x$", "12.34", "HKD", "even"), ("2026-04", "platform", "700", "HKD", "invoices")])
    made.closes("2026-03")
    return made


def printed(business: Business, month: str, language: str, name: str = "report.pdf") -> Path:
    file = business.folder / name
    run("report", "cost-allocation", "--month", month, "--format", "pdf", "--language", language, "-o", file,
        "--dir", business.lake)
    return file


def on_paper(amount: int) -> str:
    return f"{Decimal(amount) / ONE:,.2f}".replace("-", "−")


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_says_what_each_city_bears_and_can_be_filed(business, language):
    draft, final, page = LANGUAGES[language]
    for month, status, other in (("2026-03", final, draft), ("2026-04", draft, final)):
        file = printed(business, month, language)
        pages = pdf.texts(file)
        assert page + str(len(pages)) in pages[0] and all(status in text and other not in text for text in pages)
        bears = business.bears(month)
        for party in {city for _, city in bears}:
            total = sum(amount for (_, city), amount in bears.items() if city == party)
            assert on_paper(total) in pages[0], (month, party)
        assert on_paper(sum(bears.values())) in pages[0]
        assert pdf.violations(file) == {str(file): []}


def test_names_are_printed_not_run(business):
    assert "#panic() $x$" in "".join(pdf.texts(printed(business, "2026-04", "en")))


def test_paper_is_the_same_to_the_byte(business):
    first, second = (printed(business, "2026-03", "zh-Hant", f"{name}.pdf").read_bytes() for name in ("one", "two"))
    assert first == second
