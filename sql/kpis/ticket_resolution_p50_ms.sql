-- title: Ticket resolution, median
-- title_zh_hant: 工單解決時間中位數
-- title_zh_hans: 工单解决时间中位数
-- meaning: Half of the closed tickets took no longer from opened to closed.
-- meaning_zh_hant: 已關閉的工單中，半數由開立至關閉的時間不超過此值。
-- meaning_zh_hans: 已关闭的工单中，半数由开立至关闭的时间不超过此值。
-- unit: ms
-- direction: down
-- owner: support
-- topic: tickets
-- at: closed_at
SELECT percentile(resolution_ms, 0.5) AS numerator, 1 AS denominator
FROM tickets
WHERE closed_at IS NOT NULL
