-- meaning: One row a customer's ticket.
-- column ticket_id: the ticket
-- column city: its city
-- column tenant: customer
-- column priority: low, normal, high or urgent
-- column title: what it is about
-- column device_id: device that is concerned
-- column assigned_to: who works on it
-- column opened_at: first opened
-- column resolved_at: first resolved; null where it is not
-- column closed_at: first closed; null where it is not
-- column resolution: how it was closed
-- column status: closed, or the last status reported: open, in_progress, resolved
-- column sla_ms: how long it may take from opening to closing: urgent 4 h, high 8 h, normal 24 h, low 72 h
-- column due_at: when that is over
-- column resolution_ms: opened to closed, milliseconds
-- column first_event_at: time of its first event, whichever came first
-- column last_event_at: time of its last event
-- kept by: ticket_id
WITH lives AS (
  SELECT ticket_id,
    first_value(city ORDER BY time, event_id, source) AS city,
    first_value(tenant ORDER BY time, event_id, source) AS tenant,
    first_value(priority ORDER BY time, event_id, source) FILTER (WHERE type = 'ticket.opened') AS priority,
    first_value(title ORDER BY time, event_id, source) FILTER (WHERE type = 'ticket.opened') AS title,
    first_value(device_id ORDER BY time, event_id, source) FILTER (WHERE type = 'ticket.opened') AS device_id,
    last_value(assigned_to ORDER BY time, event_id, source) FILTER (WHERE assigned_to IS NOT NULL) AS assigned_to,
    min(time) FILTER (WHERE type = 'ticket.opened') AS opened_at,
    min(time) FILTER (WHERE type = 'ticket.status_changed' AND status = 'resolved') AS resolved_at,
    min(time) FILTER (WHERE type = 'ticket.closed') AS closed_at,
    first_value(resolution ORDER BY time, event_id, source) FILTER (WHERE type = 'ticket.closed') AS resolution,
    last_value(status ORDER BY time, event_id, source) FILTER (WHERE type = 'ticket.status_changed') AS reported,
    min(time) AS first_event_at,
    max(time) AS last_event_at
  FROM session_events
  WHERE ticket_id IS NOT NULL AND type LIKE 'ticket.%'
  GROUP BY ticket_id
), limits AS (
  SELECT *,
    CASE priority WHEN 'urgent' THEN INTERVAL '4 hours' WHEN 'high' THEN INTERVAL '8 hours'
      WHEN 'normal' THEN INTERVAL '24 hours' WHEN 'low' THEN INTERVAL '72 hours' END AS sla
  FROM lives
)
SELECT ticket_id, city, tenant, priority, title, device_id, assigned_to, opened_at, resolved_at, closed_at, resolution,
  CASE WHEN closed_at IS NOT NULL THEN 'closed' ELSE coalesce(reported, 'open') END AS status,
  micros_between(opened_at, opened_at + sla) / 1000 AS sla_ms, opened_at + sla AS due_at,
  micros_between(opened_at, closed_at) / 1000 AS resolution_ms, first_event_at, last_event_at
FROM limits
