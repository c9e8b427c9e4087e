-- meaning: One row an invoice from its own events alone, whenever and in whatever order they came; invoices adds what it cost.
-- column invoice_id: the invoice
-- column city: city of its first event
-- column tenant: customer, where one is concerned
-- column forwarder: forwarder by the last classification
-- column supported: whether that forwarder is supported
-- column channel: how it came: upload, sharepoint, outlook, api
-- column pages: pages as received
-- column received_at: first received
-- column completed_at: first completed; null where it never was
-- column failed_at: first failed; null where it never did
-- column settled_at: first completed, or first failed where it never completed; null while open
-- column exported_at: first exported
-- column escalated_at: first escalated
-- column status: completed, failed or open
-- column failure_stage: stage of the first failure
-- column failure_code: code of the first failure
-- column route: route of the last extraction: auto, quick_review, full_review
-- column confidence: confidence of the last extraction, 0 to 1
-- column multimodal: whether the last extraction used the multimodal model
-- column fields_extracted: fields of the last extraction
-- column required_fields: required ones among them
-- column required_filled: required ones with a value
-- column charge_lines: charge lines of the last extraction
-- column charge_total: their sum; null where they are in several currencies or there are none
-- column currency: their currency; null likewise
-- column fields_corrected: distinct fields that people corrected
-- column reviewed: whether someone reviewed it
-- column confirmed: whether a review confirmed it
-- column fully_reviewed: whether a review was a full one
-- column ocr_ms: duration of the last OCR, milliseconds
-- column extraction_ms: duration of the last extraction, milliseconds
-- column automation: full, assisted, partial or manual; null while open
-- column first_event_at: time of its first event, whichever came first
-- column last_event_at: time of its last event
-- kept by: invoice_id
WITH events AS (
  -- Booleans are numbers on their way: DataFusion 55.2 has the last of numbers by columns, but of booleans one by one.
  SELECT invoice_id, event_id, source, type, time, city, tenant, channel, pages, forwarder,
    CAST(supported AS SMALLINT) AS supported, route, confidence, CAST(multimodal AS SMALLINT) AS multimodal,
    duration_ms, outcome, review, stage, code,
    CAST(array_length(fields) AS BIGINT) AS num_fields, num_required(fields) AS num_required,
    num_required_filled(fields) AS num_filled, CAST(array_length(charges) AS BIGINT) AS num_charges,
    charge_total(charges) AS charge_total, charge_currency(charges) AS charge_currency
  FROM invoice_events
  WHERE invoice_id IS NOT NULL
), lives AS (
  SELECT invoice_id,
    first_value(city ORDER BY time, event_id, source) AS city,
    first_value(tenant ORDER BY time, event_id, source) AS tenant,
    last_value(forwarder ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.classified') AS forwarder,
    last_value(supported ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.classified') AS supported,
    first_value(channel ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.received') AS channel,
    first_value(pages ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.received') AS pages,
    min(time) FILTER (WHERE type = 'invoice.received') AS received_at,
    min(time) FILTER (WHERE type = 'invoice.completed') AS completed_at,
    min(time) FILTER (WHERE type = 'invoice.failed') AS failed_at,
    min(time) FILTER (WHERE type = 'invoice.exported') AS exported_at,
    min(time) FILTER (WHERE type = 'invoice.escalated') AS escalated_at,
    first_value(stage ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.failed') AS failure_stage,
    first_value(code ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.failed') AS failure_code,
    last_value(route ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.extracted') AS route,
    last_value(confidence ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.extracted') AS confidence,
    last_value(multimodal ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.extracted') AS multimodal,
    last_value(num_fields ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.extracted') AS fields_extracted,
    last_value(num_required ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.extracted') AS required_fields,
    last_value(num_filled ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.extracted') AS required_filled,
    last_value(num_charges ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.extracted') AS charge_lines,
    last_value(charge_total ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.extracted') AS charge_total,
    last_value(charge_currency ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.extracted') AS currency,
    last_value(duration_ms ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.ocr_completed') AS ocr_ms,
    last_value(duration_ms ORDER BY time, event_id, source) FILTER (WHERE type = 'invoice.extracted') AS extraction_ms,
    count(*) FILTER (WHERE type = 'invoice.reviewed') > 0 AS reviewed,
    count(*) FILTER (WHERE type = 'invoice.reviewed' AND outcome = 'confirmed') > 0 AS confirmed,
    count(*) FILTER (WHERE type = 'invoice.reviewed' AND review = 'full') > 0 AS fully_reviewed,
    min(time) AS first_event_at,
    max(time) AS last_event_at
  FROM events
  GROUP BY invoice_id
), corrected AS (
  SELECT invoice_id, count(*) AS fields_corrected
  FROM (SELECT DISTINCT invoice_id, field FROM invoice_events WHERE type = 'invoice.field_corrected')
  GROUP BY invoice_id
)
SELECT l.invoice_id, city, tenant, forwarder, CAST(supported AS BOOLEAN) AS supported, channel, pages,
  received_at, completed_at, failed_at,
  coalesce(completed_at, failed_at) AS settled_at, exported_at, escalated_at,
  CASE WHEN completed_at IS NOT NULL THEN 'completed' WHEN failed_at IS NOT NULL THEN 'failed' ELSE 'open' END AS status,
  failure_stage, failure_code, route, confidence, CAST(multimodal AS BOOLEAN) AS multimodal,
  fields_extracted, required_fields, required_filled,
  coalesce(charge_lines, 0) AS charge_lines, charge_total, currency,
  coalesce(fields_corrected, 0) AS fields_corrected, reviewed, confirmed, fully_reviewed, ocr_ms, extraction_ms,
  CASE
    WHEN completed_at IS NULL AND failed_at IS NULL THEN NULL
    WHEN completed_at IS NULL OR fields_corrected > 3 THEN 'manual'
    WHEN fields_corrected > 0 THEN 'partial'
    WHEN route = 'auto' AND NOT reviewed THEN 'full'
    WHEN confirmed OR route IS DISTINCT FROM 'full_review' THEN 'assisted'
    ELSE 'manual'
  END AS automation, first_event_at, last_event_at
FROM lives l
LEFT JOIN corrected c ON c.invoice_id = l.invoice_id
