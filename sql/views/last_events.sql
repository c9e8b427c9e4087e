-- meaning: One row: when the newest session event happened, up to which spans that are still open are counted.
-- column last_at: the newest event's time
SELECT max(time) AS last_at FROM session_events
