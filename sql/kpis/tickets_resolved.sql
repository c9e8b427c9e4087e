-- title: Tickets resolved
-- title_zh_hant: 已解決工單
-- title_zh_hans: 已解决工单
-- meaning: Tickets that were closed.
-- meaning_zh_hant: 已關閉的工單數。
-- meaning_zh_hans: 已关闭的工单数。
-- unit: count
-- direction: none
-- owner: support
-- topic: tickets
-- at: closed_at
SELECT count(*) AS numerator, 1 AS denominator
FROM tickets
WHERE closed_at IS NOT NULL
