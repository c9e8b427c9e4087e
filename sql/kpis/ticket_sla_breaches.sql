-- title: Ticket SLA breaches
-- title_zh_hant: 工單逾時數
-- title_zh_hans: 工单超时数
-- meaning: Tickets that were not closed by the end of their time (urgent 4 h, high 8 h, normal 24 h, low 72 h), by when it ended.
-- unit: count
-- direction: down
-- owner: support
-- topic: tickets
-- at: due_at
SELECT count(*) AS numerator, 1 AS denominator
FROM tickets
WHERE due_at < coalesce(closed_at, now())
