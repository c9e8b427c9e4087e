-- meaning: One row an invoice: where it stands, how it was read, what people did to it, what it charges and what it cost.
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
-- column ai_cost_hkd: what document intelligence and language models cost for it, in HKD at the day's rate
-- history: whole
SELECT l.*, coalesce(ai_cost_hkd, CAST(0 AS DECIMAL(38, 9))) AS ai_cost_hkd
FROM invoice_lives l
LEFT JOIN (
  SELECT invoice_id, sum(cost_hkd) AS ai_cost_hkd
  FROM usage_costs
  WHERE invoice_id IS NOT NULL AND (meter LIKE 'di.%' OR meter LIKE 'llm.%')
  GROUP BY invoice_id
) c ON c.invoice_id = l.invoice_id
