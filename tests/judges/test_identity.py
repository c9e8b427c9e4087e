"""The identity judge against tables made by hand: a clean lake passes, and each planted violation is caught."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from judges.build import TableBuilder, event, letter
from judges.deltalog import DeltaLog
from judges.identity import check

P0, P1 = "kafka/invoices/invoices/0", "kafka/invoices/invoices/1"
DEAD = "kafka/dead_letters.invoices/invoices/0"


class Lake:
    """A clean lake: two appends, a dead letter, a repeat in the ledger, a second one that only compaction removes."""

    def __init__(self, root: Path):
        self.root = root
        self.dead, self.table = TableBuilder(root, "dead_letters"), TableBuilder(root, "invoice_events")
        self.dead.commit([self.dead.file([letter(2, payload=b'{"id":"bad"}')], city=None)], txn={DEAD: 3})
        self.first = self.table.file([event(0), event(1), event(0, 1)])
        self.table.commit([self.first], txn={P0: 3, P1: 1})
        # Offset 3 repeats e0-0 (ledger); offset 4 repeats e0-1 and slips through.
        self.second = self.table.file([event(4, event_id="e0-1"), event(5), event(1, 1)])
        self.table.commit([self.second], txn={P0: 6, P1: 2}, skipped={"invoices/0": [3]})

    def compact(self, rows=None, skipped=(4,)) -> "Lake":
        rows = rows or [event(0), event(1), event(5), event(0, 1), event(1, 1)]
        merged = {**self.table.file(rows), "dataChange": False}
        paths = [self.first["path"], self.second["path"]]
        self.table.commit([merged], paths, skipped={"invoices/0": list(skipped)} if skipped else None)
        return self

    def violations(self, **asked) -> str:
        return "\n".join(check(self.root, **asked))


@pytest.fixture
def lake(tmp_path) -> Lake:
    return Lake(tmp_path)


RECORDS = {
    **{("invoices", 0, o): i for o, i in enumerate(["e0-0", "e0-1", "bad", "e0-0", "e0-1", "e0-5"])},
    ("invoices", 1, 0): "e1-0",
    ("invoices", 1, 1): "e1-1",
}
IDS = {"e0-0", "e0-1", "e0-5", "e1-0", "e1-1", "bad"}


def test_a_clean_lake_passes(lake):
    assert lake.compact().violations(acked=IDS, sent=IDS, records=RECORDS) == ""


def test_dead_letters_may_run_ahead(lake):
    lake.dead.commit([lake.dead.file([letter(6)], city=None)], txn={DEAD: 7})
    assert lake.compact().violations() == ""


def test_a_repeat_that_nobody_removed_is_caught(lake):
    assert "1 events stand in more than one row: /s e0-1" in lake.violations()


def test_a_lost_offset_is_caught(lake):
    lake.compact().table.commit([lake.table.file([event(6)])], txn={P0: 8})
    assert "version 3, invoices/0: 1 lost offsets: 7" in lake.violations()


def test_a_lost_first_offset_is_caught(lake):
    lake.compact().table.commit([lake.table.file([event(1, 2)])], txn={"kafka/invoices/invoices/2": 2})
    assert "invoices/2: 1 lost offsets: 0" in lake.violations()


def test_a_duplicate_row_is_caught(lake):
    lake.compact().table.commit([lake.table.file([event(6), event(6, event_id="other")])], txn={P0: 7})
    assert "1 offsets twice in the table: 6" in lake.violations()


def test_a_row_that_lands_again_later_is_caught(lake):
    lake.compact().table.commit([lake.table.file([event(5)])])
    found = lake.violations()
    assert "version 3, invoices/0: 1 offsets accounted for before: 5" in found
    assert "invoice_events, invoices/0: 1 offsets twice in the table: 5" in found


def test_an_offset_above_the_watermark_is_caught(lake):
    lake.compact().table.commit([lake.table.file([event(6), event(7)])], txn={P0: 7})
    assert "1 offsets at or above the watermark: 7" in lake.violations()


def test_a_watermark_that_goes_back_is_caught(lake):
    lake.compact().table.commit(txn={P0: 5})
    assert f"watermark of {P0} went back from 6 to 5" in lake.violations()


def test_a_watermark_of_another_stream_is_caught(lake):
    lake.compact().table.commit(txn={"kafka/usage/usage/0": 0})
    assert "watermark of another stream: kafka/usage/usage/0" in lake.violations()


def test_a_missing_file_is_caught(lake):
    (lake.root / "invoice_events" / lake.second["path"]).unlink()
    assert f"missing file {lake.second['path']}" in lake.violations()


@pytest.mark.parametrize(("bent", "text"), [({"size": 7}, "the log says 7"), ({"stats": '{"numRecords":9}'}, "says 9")])
def test_a_file_of_wrong_size_or_row_count_is_caught(lake, bent, text):
    lake.compact().table.commit([{**lake.table.file([event(6)]), **bent}], txn={P0: 7})
    assert text in lake.violations()


def test_a_row_in_both_table_and_ledger_is_caught(lake):
    lake.compact().table.commit([lake.table.file([event(6)])], txn={P0: 7}, skipped={"invoices/0": [6]})
    assert "1 offsets in both table and skip ledger: 6" in lake.violations()


def test_a_row_in_both_table_and_dead_letters_is_caught(lake):
    lake.dead.commit([lake.dead.file([letter(6)], city=None)], txn={DEAD: 7})
    lake.compact().table.commit([lake.table.file([event(6)])], txn={P0: 7})
    assert "1 offsets in both table and dead letters: 6" in lake.violations()


def test_a_dead_letter_twice_or_beyond_its_watermark_is_caught(lake):
    lake.dead.commit([lake.dead.file([letter(2), letter(9)], city=None)], txn={DEAD: 7})
    found = lake.violations()
    assert "outside the range [3, 7) that the watermark passed: 2, 9" in found
    assert "dead_letters, invoices invoices/0: 1 offsets twice: 2" in found


def test_a_lost_dead_letter_is_caught(lake):
    lake.dead.commit(remove=[next(iter(DeltaLog(lake.dead.folder).last().live))])
    assert "invoices/0: 1 lost offsets: 2" in lake.compact().violations()


def test_a_skip_without_reason_is_caught_in_a_compaction(lake):
    lake.compact([event(0), event(1), event(0, 1), event(1, 1)], skipped=(4, 5))
    assert "offset 5 skipped without reason, its event e0-5 is in no row" in lake.violations()


def test_a_skip_without_reason_is_caught_in_an_append(lake):
    lake.compact().table.commit(txn={P0: 7}, skipped={"invoices/0": [6]})
    records = {**RECORDS, ("invoices", 0, 6): "never-landed"}
    assert lake.violations() == ""
    assert "1 skipped offsets of invoices repeat no event" in lake.violations(records=records)


def test_a_compaction_that_loses_a_row_is_caught(lake):
    lake.compact([event(0), event(1), event(0, 1), event(1, 1)])
    assert "version 2, invoices/0: 1 lost offsets: 5" in lake.violations()


def test_a_swapped_row_is_caught(lake):
    assert "1 rows of invoice_events are not what stands" in lake.compact().violations(
        records={**RECORDS, ("invoices", 0, 5): "another"}
    )


def test_a_lost_acknowledged_id_and_an_id_never_sent_are_caught(lake):
    found = lake.compact().violations(acked={*IDS, "gone"}, sent=IDS - {"e0-5"})
    assert "1 acknowledged ids are lost: gone" in found
    assert "1 ids were never sent: e0-5" in found


def test_a_missing_version_and_an_unknown_removal_are_caught(lake):
    lake.compact().table.version += 1
    lake.table.commit(remove=["no-such-file"])
    found = lake.violations()
    assert "version 3 is missing" in found
    assert "removes no-such-file, which is not live" in found


def test_a_checkpoint_must_agree_with_its_log_and_stands_in_for_it(lake):
    lake.compact().table.checkpoint()
    assert lake.violations() == ""
    before = DeltaLog(lake.table.folder).last()
    for commit in (lake.table.folder / "_delta_log").glob("*.json"):
        commit.unlink()
    after = DeltaLog(lake.table.folder).last()
    assert (after.live, after.watermarks) == (before.live, before.watermarks)
    assert "the log begins at version 2" in lake.violations()


def test_a_checkpoint_that_forgets_a_file_is_caught(lake):
    lake.table.checkpoint(forget=lake.first["path"])
    assert "the checkpoint holds other files than the log" in lake.violations()


def test_a_vacuumed_file_is_no_violation(lake):
    lake.compact()
    (lake.root / "invoice_events" / lake.first["path"]).unlink()
    assert lake.violations() == ""


def test_an_empty_directory_is_no_success(tmp_path):
    assert check(tmp_path) == [f"no event table in {tmp_path}"]


def test_the_command_line_exits_with_3_on_a_violation(lake, tmp_path):
    acked = tmp_path / "acked"
    acked.write_text("e0-0\ngone\n")
    command = [sys.executable, "-m", "judges.identity", str(lake.compact().root), "--every-version"]
    folder = Path(__file__).parent.parent
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode == 0
    broken = subprocess.run([*command, "--acked", str(acked)], cwd=folder, capture_output=True, text=True)
    assert broken.returncode == 3
    assert "1 acknowledged ids are lost: gone" in broken.stdout
    assert json.dumps(broken.stderr) == '""'
