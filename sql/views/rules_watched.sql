-- meaning: How the versions of mapping rules stand that were promoted within the last two days: watched for 24 hours, and looked at for another day because readings come late.
-- column rule_id: the rule
-- column rule_version: its version
-- column layer: universal, forwarder or learned
-- column forwarder: forwarder that it is for; null for all
-- column field: field that it reads
-- column state: watched, warning, rollback_advised, rolled_back, suspended, confirmed, replaced, or active where a rollback put it back; warning: more than 5 points below without proof
-- column since_at: since when it stands so
-- column promoted_at: when it was promoted
-- column watch_ends_at: when its 24 hours are over
-- column baseline: what it is compared with: version_before, field (by other rules) or nothing
-- column samples: fields that it read and that were judged within its 24 hours
-- column correct: those of them that nobody corrected
-- column accuracy: correct by samples
-- column samples_before: fields that it is compared with
-- column accuracy_before: share of those that nobody corrected
-- column invoices: invoices that the samples are of
-- column invoices_still_needed: further invoices that would prove the drop if it is as it looks; null where there is no warning, or too little from before to prove it
-- column evidence: evidence that it reads worse than before, 9999 at most
-- column evidence_needed: evidence that proves it
-- column reason: how it reads, in a sentence
-- column seen_at: when it was seen to stand so
SELECT rule_id, rule_version, layer, forwarder, field, state, since_at, promoted_at,
  promoted_at + INTERVAL '1 day' AS watch_ends_at, baseline, samples, correct, accuracy, samples_before, accuracy_before,
  invoices, invoices_needed - invoices AS invoices_still_needed, evidence, evidence_needed, reason, made_at AS seen_at
FROM (
  SELECT *, row_number() OVER (PARTITION BY rule_id, rule_version ORDER BY made_at DESC) AS nth
  FROM rule_states
  -- Nothing is seen of a promotion before it.
  WHERE kind = 'version' AND made_at > now() - INTERVAL '2 days'
) s
WHERE nth = 1 AND promoted_at > now() - INTERVAL '2 days'
