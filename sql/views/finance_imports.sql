-- meaning: The files that finance imported: who, when, and which bytes. Rows are never changed.
-- column import: number of the import; its files landed together
-- column kind: pools, rates, budgets, prices, plans or policy
-- column file: name of the file
-- column file_sha256: SHA-256 of its bytes, in hexadecimal
-- column num_rows: rows that it had
-- column imported_at: when
-- column imported_by: principal who imported it
SELECT import, kind, file, file_sha256, count(*) AS num_rows, imported_at, imported_by
FROM finance_entries
GROUP BY import, kind, file, file_sha256, imported_at, imported_by
