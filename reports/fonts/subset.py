"""Cuts Noto Sans CJK TC down to what reports need: python3 subset.py FOLDER_OF_TTC (see README.md)."""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

TRADITIONAL_CHINESE = 3  # the collection's fonts: JP, KR, SC, TC, HK, then the same in mono
LANGUAGES = ("dflt", "ZHT", "ZHH", "ZHS")
SCRIPTS = ("DFLT", "latn", "hani", "kana", "grek", "cyrl", "bopo")
FEATURES = ("locl", "ccmp", "kern", "palt", "halt", "liga", "mark", "mkmk")
# Blocks of Unicode: Latin with Vietnamese, punctuation, currency, marks, enclosed numbers, CJK punctuation, full width.
BLOCKS = (
    (0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x17F), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x205E), (0x20A0, 0x20C0),
    (0x2190, 0x2193), (0x2460, 0x2473), (0x3000, 0x303F), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6),
)
MARKS = "−™№≤≥≠≈✓"
# Names of places and people in Hong Kong and Taiwan that Big5's first level lacks.
NAMES = "埗涌鰂邨鱲圳滘磡㘭舂坳堃喆峯栢樑衞綫裏粧晧炤頴鑛磗氹冚攞栒湴塱蓢窰逕輋瀝瀧蠔脷筲箕魷檳榔犇淼甯珮昀昱姍妤萱彣"


def decoded(encoding: str, leads: range) -> set[int]:
    """The characters of a two-byte encoding whose first byte is one of `leads`."""
    pairs = (bytes((lead, trail)) for lead in leads for trail in range(0x40, 0xFF))
    texts = (pair.decode(encoding, "ignore") for pair in pairs)
    return {ord(text) for text in texts if len(text) == 1}


def characters() -> set[int]:
    big5_symbols_and_first_level = decoded("big5", range(0xA1, 0xC7))
    blocks = {code for first, last in BLOCKS for code in range(first, last + 1)}
    return blocks | big5_symbols_and_first_level | decoded("gb2312", range(0xA1, 0xF8)) | set(map(ord, MARKS + NAMES))


def cut(source: Path, target: Path) -> None:
    font = TTCollection(source, recalcTimestamp=False).fonts[TRADITIONAL_CHINESE]
    options = subset.Options()
    options.layout_features = list(FEATURES)
    options.layout_scripts = [f"{script}.{language}" for script in SCRIPTS for language in LANGUAGES]
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx"]  # vertical text
    options.hinting = False
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    font.save(target)


for weight in ("Regular", "Bold"):
    cut(Path(sys.argv[1]) / f"NotoSansCJK-{weight}.ttc", Path(__file__).parent / f"NotoSansCJK-{weight}.otf")
