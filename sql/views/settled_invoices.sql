-- meaning: The invoices that have completed or failed: what quality and speed are measured over, by when they settled.
-- column invoice_id: the invoice
-- column city: its city
-- column forwarder: its forwarder
-- column supported: whether that forwarder is supported
-- column settled_at: first completed, or first failed where it never completed
-- column completed: whether it completed
-- column automation: full, assisted, partial or manual
-- column fields_extracted: fields of the last extraction
-- column fields_corrected: distinct fields that people corrected
-- column fully_reviewed: whether a review was a full one
-- column required_fields: required fields of the last extraction
-- column required_filled: required ones with a value
-- column charge_lines: charge lines of the last extraction
-- column multimodal: whether the last extraction used the multimodal model; null where nothing was extracted
-- column straight_through_ms: received to completed, milliseconds; null where it did not complete
-- column processing_ms: OCR and extraction together, milliseconds; null where it did not complete
SELECT invoice_id, city, forwarder, supported, settled_at, completed_at IS NOT NULL AS completed, automation,
  fields_extracted, fields_corrected, fully_reviewed, required_fields, required_filled, charge_lines,
  CASE WHEN route IS NOT NULL THEN coalesce(multimodal, false) END AS multimodal,
  micros_between(received_at, completed_at) / 1000 AS straight_through_ms,
  CASE WHEN completed_at IS NOT NULL THEN ocr_ms + extraction_ms END AS processing_ms
FROM invoice_lives
WHERE settled_at IS NOT NULL
