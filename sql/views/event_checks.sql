-- meaning: Each event beside the values that the contract and the group know: its first member with a value that is none of them. Such events are kept and counted; figures that tell values apart do not know them.
-- column stream: sessions, invoices or usage
-- column type: event type
-- column source: the producer
-- column city: its city; null where it is shared
-- column time: when it happened
-- column fault: MEMBER=VALUE: a city that the group does not have, a word that the contract does not name, a forwarder's or currency's code that does not look like one; null where all are known
SELECT 'sessions' AS stream, type, source, city, time,
  CASE
    WHEN NOT is_city(city) THEN 'city=' || city
    WHEN type = 'session.ended' AND ended_by NOT IN ('engineer', 'device', 'timeout') THEN 'ended_by=' || ended_by
    WHEN type = 'session.failed' AND reason NOT IN ('tunnel_error', 'device_offline', 'auth_denied', 'timeout', 'other')
      THEN 'reason=' || reason
    WHEN type = 'ticket.opened' AND priority NOT IN ('low', 'normal', 'high', 'urgent') THEN 'priority=' || priority
    WHEN type = 'ticket.status_changed' AND status NOT IN ('open', 'in_progress', 'resolved') THEN 'status=' || status
    WHEN type = 'user.login' AND method NOT IN ('sso', 'password', 'key') THEN 'method=' || method
  END AS fault
FROM session_events
UNION ALL
SELECT 'invoices' AS stream, type, source, city, time,
  CASE
    WHEN NOT is_city(city) THEN 'city=' || city
    WHEN type = 'invoice.received' AND channel NOT IN ('upload', 'sharepoint', 'outlook', 'api') THEN 'channel=' ||
      channel
    WHEN type = 'invoice.extracted' AND route NOT IN ('auto', 'quick_review', 'full_review') THEN 'route=' || route
    WHEN type = 'invoice.reviewed' AND outcome NOT IN ('confirmed', 'corrected') THEN 'outcome=' || outcome
    WHEN type = 'invoice.reviewed' AND review NOT IN ('quick', 'full') THEN 'review=' || review
    WHEN type = 'invoice.field_corrected' AND learn NOT IN ('normal', 'exception') THEN 'learn=' || learn
    WHEN type = 'invoice.failed' AND stage NOT IN ('ocr', 'classify', 'extract', 'map', 'export') THEN 'stage=' || stage
    WHEN type = 'invoice.exported' AND target NOT IN ('excel', 'postgres', 'snowflake', 'api') THEN 'target=' || target
    WHEN type = 'invoice.finance_checked' AND result NOT IN ('ok', 'disputed') THEN 'result=' || result
    WHEN type = 'rule.promoted' AND layer NOT IN ('universal', 'forwarder', 'learned') THEN 'layer=' || layer
    WHEN forwarder !~ '^[a-z0-9]+(-[a-z0-9]+)*$' THEN 'forwarder=' || forwarder
    WHEN currency !~ '^[A-Z]{3}$' THEN 'currency=' || currency
  END AS fault
FROM invoice_events
UNION ALL
SELECT 'usage' AS stream, type, source, city, time,
  CASE
    WHEN NOT is_city(city) THEN 'city=' || city
    WHEN meter NOT IN ('di.pages', 'di.calls', 'llm.calls', 'llm.tokens_in', 'llm.tokens_out', 'storage.bytes',
      'workflow.executions', 'compute.seconds', 'api.requests') THEN 'meter=' || meter
    WHEN status NOT IN ('ok', 'error', 'throttled') THEN 'status=' || status
    WHEN currency !~ '^[A-Z]{3}$' THEN 'currency=' || currency
  END AS fault
FROM usage_events
