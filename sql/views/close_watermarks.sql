-- meaning: How far the events had come that each closed month was made from: events from these offsets on arrived later.
-- column month: the closed month, YYYY-MM
-- column close_id: its pack
-- column table_name: table of events
-- column _topic: topic that they came from
-- column _partition: its partition
-- column next_offset: first offset that did not count
SELECT month, close_id, split_part(line, ' ', 2) AS table_name,
  regexp_replace(line, '^watermark [^ ]+ [^ ]+ [^ ]+ ', '') AS _topic,
  CAST(split_part(line, ' ', 3) AS INTEGER) AS _partition, CAST(split_part(line, ' ', 4) AS BIGINT) AS next_offset
FROM (
  SELECT month, close_id, unnest(string_to_array(content, chr(10))) AS line
  FROM (
    SELECT DISTINCT c.month, c.close_id, f.content
    FROM month_closes c
    JOIN finance_closes f ON f.month = c.month AND f.pack = c.close_id
    WHERE c.status = 'closed' AND f.file = 'manifest'
  ) manifests
) lines
WHERE line LIKE 'watermark %'
