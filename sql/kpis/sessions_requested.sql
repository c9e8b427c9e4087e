-- title: Sessions requested
-- title_zh_hant: 遠端支援請求
-- title_zh_hans: 远程支持请求
-- meaning: Remote-support sessions that engineers asked for.
-- meaning_zh_hant: 工程師請求的遠端支援連線數。
-- meaning_zh_hans: 工程师请求的远程支持连接数。
-- unit: count
-- direction: none
-- owner: support
-- topic: sessions
-- forecast: hour day
-- watch: day
-- at: at
SELECT count(*) FILTER (WHERE milestone = 'requested') AS numerator, 1 AS denominator
FROM session_milestones
