-- title: Session failure rate
-- title_zh_hant: 連線失敗率
-- title_zh_hans: 连接失败率
-- meaning: Sessions that failed, over those requested in the same span.
-- meaning_zh_hant: 失敗的連線數，除以同時段請求的連線數。
-- meaning_zh_hans: 失败的连接数，除以同时段请求的连接数。
-- unit: ratio
-- direction: down
-- owner: support
-- topic: sessions
-- watch: hour day
-- at: at
SELECT count(*) FILTER (WHERE milestone = 'failed') AS numerator, count(*) FILTER (WHERE milestone = 'requested') AS denominator
FROM session_milestones
