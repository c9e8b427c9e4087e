-- title: Ticket SLA breaches
-- title_zh_hant: 工單逾時數
-- title_zh_hans: 工单超时数
-- meaning: Tickets that were not closed by the end of their time (urgent 4 h, high 8 h, normal 24 h, low 72 h), by when it ended.
-- meaning_zh_hant: 未能在時限內關閉的工單數（緊急 4 小時、高 8 小時、一般 24 小時、低 72 小時），按時限屆滿時間計。
-- meaning_zh_hans: 未能在时限内关闭的工单数（紧急 4 小时、高 8 小时、普通 24 小时、低 72 小时），按时限届满时间计。
-- unit: count
-- direction: down
-- owner: support
-- topic: tickets
-- at: due_at
SELECT count(*) AS numerator, 1 AS denominator
FROM tickets
WHERE due_at < coalesce(closed_at, now())
