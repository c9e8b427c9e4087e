-- meaning: What the rule engine was told, or will be as soon as Kafka takes it, a row a message.
-- column message_id: id of the message and of its event; the same evidence has the same id
-- column type: rule.accuracy, rule.promotion_suggested, rule.rollback_advised or rule.suspended
-- column evidence_at: when the last of the evidence happened
-- column made_at: when the message was made
-- column published_at: when Kafka had acknowledged it; null while it waits
-- column rule_id: the rule
-- column rule_version: its version
-- column layer: universal, forwarder or learned
-- column forwarder: forwarder that it is for; null for all
-- column field: field that it reads
-- column window_start: from when on the samples were read
-- column window_end: until when, excluded
-- column samples: fields that were read and judged in that time
-- column correct: those of them that nobody corrected
-- column accuracy: correct by samples
-- column accuracy_before: the same before the version was promoted
-- column interval_low: lower bound of the accuracy
-- column interval_high: upper bound of the accuracy
-- column users: users who corrected or complained, each once
-- column impact_estimate: past invoices that the rule would have changed
-- column needs_review: whether a person must look before anything is done
-- column advice: what to do
-- column pattern: what the corrections have in common, of a suggestion
-- column to_version: version that a rollback leads to
-- column reason: why, in a sentence
-- column event: the whole event, as JSON text
SELECT m.message_id, m.type, m.evidence_at, m.made_at, d.published_at, m.rule_id, m.rule_version, m.layer, m.forwarder,
  m.field, m.window_start, m.window_end, m.samples, m.correct, m.accuracy, m.accuracy_before, m.interval_low,
  m.interval_high, m.users, m.impact_estimate, m.needs_review, m.advice, m.pattern,
  m.to_version, m.reason, m.event
FROM feedback_messages m
LEFT JOIN (SELECT message_id, min(published_at) AS published_at FROM feedback_deliveries GROUP BY message_id) d
  ON d.message_id = m.message_id
