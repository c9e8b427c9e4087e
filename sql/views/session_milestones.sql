-- meaning: One row a session's request and one its failure, each at its own time.
-- column session_id: the session
-- column city: its city
-- column at: when it happened
-- column milestone: requested or failed
SELECT session_id, city, requested_at AS at, 'requested' AS milestone FROM sessions WHERE requested_at IS NOT NULL
UNION ALL
SELECT session_id, city, failed_at AS at, 'failed' AS milestone FROM sessions WHERE failed_at IS NOT NULL
