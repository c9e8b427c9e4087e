-- title: Ticket resolution, median
-- title_zh_hant: 工單解決時間中位數
-- title_zh_hans: 工单解决时间中位数
-- meaning: Half of the closed tickets took no longer from opened to closed.
-- unit: ms
-- direction: down
-- owner: support
-- topic: tickets
-- at: closed_at
SELECT percentile(resolution_ms, 0.5) AS numerator, 1 AS denominator
FROM tickets
WHERE closed_at IS NOT NULL
