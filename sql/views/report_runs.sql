-- meaning: Runs of saved reports, a row a run, as it stands now.
-- column name: the report
-- column run_id: the run: its report, and when it was due or asked for
-- column owner: principal whose rights the run has
-- column due_at: when it was due, or asked for
-- column state: claimed, waiting, made, delivered, undelivered or failed
-- column changed_at: since when it stands so
-- column num_rows: rows of the report; null before it is made
-- column num_tries: how often receivers were told
-- column delivered: places of the destinations that have it, in the definition, with commas
-- column next_at: when it looks again for what it is to show, or when receivers are told again; null where neither is so
-- column files: the files, as JSON text: name, format, media_type, size_bytes, sha256
-- column reason: why it failed, waits, or was not taken
SELECT name, run_id, owner, due_at, state, at AS changed_at, num_rows, num_tries, delivered, next_at, files, reason
FROM (
  SELECT *, row_number() OVER (PARTITION BY run_id ORDER BY at DESC, num_tries DESC) AS nth FROM report_steps
) s
WHERE nth = 1
