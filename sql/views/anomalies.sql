-- meaning: What was found unusual, a row an anomaly, as it was last seen and as people judged it.
-- column detected_at: when it was first seen
-- column series: what is unusual: a KPI, charges, duplicate_invoices, sign_ins or drift
-- column city: its city; null for all cities together
-- column forwarder: its forwarder; null for all together
-- column subject: which one of the series: an invoice, a user, a field; of a KPI the grain, hour or day
-- column at: when it began
-- column until: when it ended; null while it goes on
-- column observed: what was there
-- column expected: what was expected
-- column lower: lower bound of what would not be unusual
-- column upper: upper bound of the same
-- column score: how unusual: minus the decimal logarithm of the chance to see this when all is well
-- column severity: notice, warn or act
-- column kind: what it is, such as spike, level_shift, decimal_shift, duplicate_invoice or spraying
-- column explanation: what a person can check
-- column money_at_risk: HKD beyond what is usual; null where it is not about money
-- column anomaly_id: its id
-- column state: new, acknowledged, muted, resolved or false_alarm
-- column marked_at: when somebody last said something of it
-- column marked_by: who
-- column why: their reason
WITH seen AS (
  SELECT *, row_number() OVER (PARTITION BY anomaly_id ORDER BY detected_at DESC) AS nth,
    min(detected_at) OVER (PARTITION BY anomaly_id) AS first_at
  FROM anomaly_findings
), marks AS (
  SELECT *, row_number() OVER (PARTITION BY anomaly_id ORDER BY marked_at DESC) AS nth
  FROM anomaly_marks
)
SELECT s.first_at AS detected_at, s.series, s.city, s.forwarder, s.subject, s.at, s.until, s.observed, s.expected,
  s.lower, s.upper, s.score, s.severity, s.kind, s.explanation, s.money_at_risk, s.anomaly_id,
  CASE WHEN m.muted_until > now() THEN 'muted' ELSE coalesce(m.state, 'new') END AS state,
  m.marked_at, m.marked_by, m.why
FROM seen s
LEFT JOIN marks m ON m.anomaly_id = s.anomaly_id AND m.nth = 1
WHERE s.nth = 1
