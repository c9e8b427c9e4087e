-- meaning: The months that finance has closed, and those of which a pack waits for approval. Every other month is open.
-- column month: the month, YYYY-MM
-- column status: prepared, while the pack waits for approval, or closed
-- column close_id: the pack: SHA-256 of its manifest, in hexadecimal
-- column prepared_by: principal who prepared the pack
-- column prepared_at: when
-- column approved_by: another principal, who approved it; null while it waits
-- column approved_at: when; null while it waits
-- column product_version: version of the product that made the pack
-- column imports: number of the last import of finance that counted
-- column policy_version: the policy by which costs were split
WITH steps AS (
  SELECT month, step, kind, pack, taken_at, taken_by, content,
    row_number() OVER (PARTITION BY month, kind ORDER BY step DESC) AS age
  FROM finance_closes
  WHERE kind = 'approve' OR file = 'manifest'
), approvals AS (
  SELECT month, step, taken_at, taken_by FROM steps WHERE kind = 'approve'
), last_approval AS (
  SELECT coalesce(max(step), 0) AS step FROM approvals
)
SELECT p.month, CASE WHEN a.month IS NULL THEN 'prepared' ELSE 'closed' END AS status, p.pack AS close_id,
  p.taken_by AS prepared_by, p.taken_at AS prepared_at, a.taken_by AS approved_by, a.taken_at AS approved_at,
  substr(split_part(p.content, chr(10), 3), 9) AS product_version,
  CAST(substr(split_part(p.content, chr(10), 5), 9) AS BIGINT) AS imports,
  substr(split_part(p.content, chr(10), 6), 8) AS policy_version
FROM steps p
CROSS JOIN last_approval l
LEFT JOIN approvals a ON a.month = p.month
WHERE p.kind = 'prepare' AND p.age = 1 AND (a.month IS NOT NULL OR p.step > l.step)
