-- meaning: One row a charge line of an invoice, as the last extraction read it.
-- column invoice_id: the invoice
-- column city: its city
-- column forwarder: its forwarder
-- column code: the charge's code
-- column description: what it is for
-- column amount: how much, exactly
-- column currency: in which currency
-- column extracted_at: when it was extracted
SELECT e.invoice_id, e.city, w.forwarder, get_field(e.charge, 'code') AS code,
  get_field(e.charge, 'description') AS description, get_field(e.charge, 'amount') AS amount,
  get_field(e.charge, 'currency') AS currency, e.extracted_at
FROM (SELECT invoice_id, city, extracted_at, unnest(charges) AS charge FROM invoice_extractions) e
LEFT JOIN invoice_forwarders w ON w.invoice_id = e.invoice_id
