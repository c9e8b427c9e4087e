-- meaning: One row a remote-support session.
-- column session_id: the session
-- column city: its city
-- column tenant: customer
-- column device_id: device that was reached for
-- column cluster_id: its cluster
-- column node_name: its node
-- column engineer: who asked for the session
-- column ticket_id: ticket it is about, where one is
-- column requested_at: first requested
-- column started_at: first started; null where it never was
-- column ended_at: first ended; null where it has not
-- column failed_at: first failed; null where it did not
-- column failure_reason: why it failed
-- column ended_by: engineer, device or timeout
-- column bytes_up: bytes sent to the device
-- column bytes_down: bytes received from it
-- column status: failed, ended, active or requested
-- column connect_ms: requested to started, milliseconds
-- column duration_ms: started to ended, milliseconds
-- column first_event_at: time of its first event, whichever came first
-- column last_event_at: time of its last event
-- kept by: session_id
WITH lives AS (
  SELECT session_id,
    first_value(city ORDER BY time, event_id, source) AS city,
    first_value(tenant ORDER BY time, event_id, source) AS tenant,
    first_value(device_id ORDER BY time, event_id, source) FILTER (WHERE type = 'session.requested') AS device_id,
    first_value(cluster_id ORDER BY time, event_id, source) FILTER (WHERE type = 'session.requested') AS cluster_id,
    first_value(node_name ORDER BY time, event_id, source) FILTER (WHERE type = 'session.requested') AS node_name,
    first_value(engineer ORDER BY time, event_id, source) FILTER (WHERE type = 'session.requested') AS engineer,
    first_value(ticket_id ORDER BY time, event_id, source) FILTER (WHERE type = 'session.requested') AS ticket_id,
    min(time) FILTER (WHERE type = 'session.requested') AS requested_at,
    min(time) FILTER (WHERE type = 'session.started') AS started_at,
    min(time) FILTER (WHERE type = 'session.ended') AS ended_at,
    min(time) FILTER (WHERE type = 'session.failed') AS failed_at,
    first_value(reason ORDER BY time, event_id, source) FILTER (WHERE type = 'session.failed') AS failure_reason,
    first_value(ended_by ORDER BY time, event_id, source) FILTER (WHERE type = 'session.ended') AS ended_by,
    first_value(bytes_up ORDER BY time, event_id, source) FILTER (WHERE type = 'session.ended') AS bytes_up,
    first_value(bytes_down ORDER BY time, event_id, source) FILTER (WHERE type = 'session.ended') AS bytes_down,
    min(time) AS first_event_at,
    max(time) AS last_event_at
  FROM session_events
  WHERE session_id IS NOT NULL
  GROUP BY session_id
)
SELECT session_id, city, tenant, device_id, cluster_id, node_name, engineer, ticket_id, requested_at, started_at, ended_at,
  failed_at, failure_reason, ended_by, bytes_up, bytes_down,
  CASE WHEN failed_at IS NOT NULL THEN 'failed' WHEN ended_at IS NOT NULL THEN 'ended'
    WHEN started_at IS NOT NULL THEN 'active' ELSE 'requested' END AS status,
  micros_between(requested_at, started_at) / 1000 AS connect_ms,
  micros_between(started_at, ended_at) / 1000 AS duration_ms, first_event_at, last_event_at
FROM lives
