-- title: Open tickets
-- title_zh_hant: 未結工單
-- title_zh_hans: 未结工单
-- meaning: Tickets that were neither resolved nor closed at the end of the local day.
-- meaning_zh_hant: 當地日結束時既未解決亦未關閉的工單數。
-- meaning_zh_hans: 当地日结束时既未解决亦未关闭的工单数。
-- unit: count
-- direction: down
-- owner: support
-- topic: tickets
-- grains: day
-- additive: no
-- at: at
SELECT count(*) AS numerator, 1 AS denominator
FROM open_ticket_days
