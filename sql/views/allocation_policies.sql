-- meaning: The versions of the policy by which costs are split. The one with the latest first month that has come is in force, of several the last imported.
-- column version: its name
-- column effective_from: first month that it holds for, YYYY-MM
-- column document: text of the policy's file
-- column import: number of the import
-- column imported_at: when it was imported
-- column imported_by: principal who imported it
SELECT version, month AS effective_from, document, import, imported_at, imported_by
FROM finance_entries
WHERE kind = 'policy'
