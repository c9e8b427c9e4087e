-- meaning: Whether as many events came as usual, by clock hour (UTC) of the last seven days: of each stream and of each producer, beside the same hour of the four weeks before. An hour is judged a quarter of an hour after its end.
-- history: whole
-- column stream: sessions, invoices or usage
-- column source: the producer; null for all producers of the stream together
-- column at: the hour's start
-- column events: events that happened in it, repeats once
-- column subjects: the entities that they are about: their subjects, of usage its invoices
-- column weeks: how many of the four weeks before are known: those since the producer's first event
-- column usual: events in the same hour of those weeks: the middle of three or four, the least of two
-- column expected: usual, less where the three hours before and the three after are quieter than usual: a holiday
-- column spread: how much more events vary from week to week than single events by chance would, as a factor of the variance; at least 1
-- column share: events over expected; null where none are expected
-- column status: ok; warn where clearly too few came; act where next to none did
-- column reason: in words; null where it is ok
WITH span AS (
  SELECT date_trunc('hour', now()) - INTERVAL '35 days' AS since, date_trunc('hour', now() - INTERVAL '75 minutes') AS until
), hours AS (
  SELECT timezone('UTC', unnest(generate_series(CAST(since AS TIMESTAMP), CAST(until AS TIMESTAMP), INTERVAL '1 hour'))) AS at
  FROM span
), counted AS (
  SELECT 'sessions' AS stream, source, date_trunc('hour', time) AS at, count(*) AS events, count(DISTINCT subject) AS subjects
  FROM session_events
  WHERE time >= date_trunc('hour', now()) - INTERVAL '35 days'
  GROUP BY GROUPING SETS ((source, date_trunc('hour', time)), (date_trunc('hour', time)))
  UNION ALL
  SELECT 'invoices' AS stream, source, date_trunc('hour', time) AS at, count(*) AS events, count(DISTINCT subject) AS subjects
  FROM invoice_events
  WHERE time >= date_trunc('hour', now()) - INTERVAL '35 days'
  GROUP BY GROUPING SETS ((source, date_trunc('hour', time)), (date_trunc('hour', time)))
  UNION ALL
  SELECT 'usage' AS stream, source, date_trunc('hour', time) AS at, count(*) AS events, count(DISTINCT invoice_id) AS subjects
  FROM usage_events
  WHERE time >= date_trunc('hour', now()) - INTERVAL '35 days'
  GROUP BY GROUPING SETS ((source, date_trunc('hour', time)), (date_trunc('hour', time)))
), producers AS (
  SELECT stream, coalesce(source, '') AS producer, min(source) AS source, min(at) AS first FROM counted GROUP BY 1, 2
), dense AS (
  SELECT p.stream, producer, p.source, h.at, first, coalesce(events, 0) AS events, subjects
  FROM producers p
  CROSS JOIN hours h
  LEFT JOIN counted c ON c.stream = p.stream AND coalesce(c.source, '') = producer AND c.at = h.at
), weekly AS (
  SELECT stream, producer, source, at, events, subjects,
    CASE WHEN subjects > 0 THEN CAST(events AS DOUBLE) / subjects END AS depth,
    CASE WHEN at - INTERVAL '7 days' >= first THEN lag(events, 168) OVER of_producer END AS w1,
    CASE WHEN at - INTERVAL '14 days' >= first THEN lag(events, 336) OVER of_producer END AS w2,
    CASE WHEN at - INTERVAL '21 days' >= first THEN lag(events, 504) OVER of_producer END AS w3,
    CASE WHEN at - INTERVAL '28 days' >= first THEN lag(events, 672) OVER of_producer END AS w4,
    lag(events, 168) OVER of_producer + lag(events, 336) OVER of_producer AS two_events,
    lag(subjects, 168) OVER of_producer + lag(subjects, 336) OVER of_producer AS two_subjects
  FROM dense
  WINDOW of_producer AS (PARTITION BY stream, producer ORDER BY at)
), known AS (
  SELECT stream, producer, source, at, events, subjects, depth, w1, w2,
    CASE WHEN w1 IS NULL THEN 0 WHEN w2 IS NULL THEN 1 WHEN w3 IS NULL THEN 2 WHEN w4 IS NULL THEN 3 ELSE 4 END AS weeks,
    coalesce(w1, 0) + coalesce(w2, 0) + coalesce(w3, 0) + coalesce(w4, 0) AS total,
    least(w1, w2, w3, w4) AS low, greatest(w1, w2, w3, w4) AS high,
    CASE WHEN two_subjects > 0 THEN CAST(two_events AS DOUBLE) / two_subjects END AS usual_depth
  FROM weekly
), compared AS (
  SELECT stream, producer, source, at, events, subjects, depth, usual_depth, weeks, w1, w2,
    CASE weeks WHEN 4 THEN (total - low - high) / 2.0 WHEN 3 THEN CAST(total - low - high AS DOUBLE) ELSE CAST(low AS DOUBLE)
    END AS usual
  FROM known
), near AS (
  SELECT stream, producer, source, at, events, subjects, depth, usual_depth, weeks, w1, w2, usual,
    sum(events) OVER seven AS events_near, sum(usual) OVER seven AS usual_near
  FROM compared
  WINDOW seven AS (PARTITION BY stream, producer ORDER BY at ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING)
), expecting AS (
  SELECT stream, source, at, events, subjects, depth, usual_depth, weeks, usual, events_near, usual_near,
    CASE WHEN usual_near > usual THEN usual * least(1.0, (events_near - events) / (usual_near - usual)) ELSE usual
    END AS expected,
    -- Ten where there are no two weeks to learn it from: an invoice has some ten events, which come together.
    greatest(1.0, coalesce(CAST(sum((w1 - w2) * (w1 - w2)) OVER whole AS DOUBLE)
      / nullif(sum(CASE WHEN w2 IS NOT NULL THEN w1 + w2 END) OVER whole, 0), 10.0)) AS spread
  FROM near
  WHERE at >= date_trunc('hour', now()) - INTERVAL '7 days' AND weeks > 0
  WINDOW whole AS (PARTITION BY stream, producer)
), judged AS (
  SELECT stream, source, at, events, subjects, weeks, usual, expected, spread, depth, usual_depth,
    CASE
      -- Of one producer it may be a day on which its city rests.
      WHEN events_near = 0 AND usual >= 1 AND usual_near >= 20 * spread THEN CASE WHEN source IS NULL THEN 'act' ELSE 'warn' END
      -- Three and a half times the spread that a count has, and what it is compared with.
      WHEN events < 0.65 * expected AND expected - events > 3.5 * sqrt(spread * expected * (1 + 1.0 / weeks))
        THEN CASE WHEN events < 0.2 * expected THEN 'act' ELSE 'warn' END
      -- What happens to an entity is lost evenly: as many entities, each with fewer events than usual.
      WHEN source IS NULL AND subjects >= 40 AND usual_depth >= 2.5 AND depth < 0.6 * usual_depth THEN 'warn'
      ELSE 'ok'
    END AS status
  FROM expecting
)
SELECT stream, source, at, events, subjects, weeks, usual, expected, spread,
  CASE WHEN expected > 0 THEN events / expected END AS share, status,
  CASE
    WHEN status = 'ok' THEN NULL
    WHEN events = 0 THEN coalesce(source, 'the stream ' || stream) || ' was silent; usual are '
      || CAST(CAST(round(usual) AS BIGINT) AS VARCHAR) || ' events in this hour'
    WHEN source IS NULL AND subjects >= 40 AND usual_depth >= 2.5 AND depth < 0.6 * usual_depth
      THEN 'the stream ' || stream || ' has ' || CAST(round(depth, 1) AS VARCHAR) || ' events for each of '
        || CAST(subjects AS VARCHAR) || ' subjects; usual are ' || CAST(round(usual_depth, 1) AS VARCHAR) || ': events are missing'
    ELSE coalesce(source, 'the stream ' || stream) || ' sent ' || CAST(events AS VARCHAR) || ' events; expected were '
      || CAST(CAST(round(expected) AS BIGINT) AS VARCHAR)
  END AS reason
FROM judged
