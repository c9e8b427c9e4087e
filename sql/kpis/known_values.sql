-- title: Events with known values
-- title_zh_hant: 取值已知的事件
-- title_zh_hans: 取值已知的事件
-- meaning: Share of events whose city, codes and words the group and the contract know; the others are kept, and figures that tell values apart do not know them.
-- meaning_zh_hant: 城市、代碼與用詞均為本集團及合約所知的事件比例；其餘事件仍予保留，但區分取值的數字無法辨識。
-- meaning_zh_hans: 城市、代码与用词均为本集团及合约所知的事件比例；其余事件仍予保留，但区分取值的数字无法识别。
-- unit: ratio
-- direction: up
-- owner: sre
-- topic: quality
-- warn: 0.99
-- act: 0.95
-- at: time
SELECT count(*) FILTER (WHERE fault IS NULL) AS numerator, count(*) AS denominator
FROM event_checks
