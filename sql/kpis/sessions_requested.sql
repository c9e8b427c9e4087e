-- title: Sessions requested
-- title_zh_hant: 遠端支援請求
-- title_zh_hans: 远程支持请求
-- meaning: Remote-support sessions that engineers asked for.
-- unit: count
-- direction: none
-- owner: support
-- topic: sessions
-- at: at
SELECT count(*) FILTER (WHERE milestone = 'requested') AS numerator, 1 AS denominator
FROM session_milestones
