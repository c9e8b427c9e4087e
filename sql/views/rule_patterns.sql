-- meaning: Corrections that say the same, made since the last promotion of their field, a row a pattern: how many people have made them, and how many a suggestion needs.
-- column suggestion_id: id that the message has which suggests a rule for it
-- column forwarder: forwarder of all
-- column field: field of all
-- column pattern: what the first of them says, which the others are like
-- column state: collecting while too few people have made it; then ripe, and a rule is suggested
-- column since_at: when the first correction was made; of a ripe one, when it became so
-- column users: people who made it, each once, until there are enough
-- column users_still_needed: further people whom a suggestion needs
-- column corrections: corrections until there were enough people
-- column seen_at: when it was seen to stand so
SELECT suggestion_id, forwarder, field, pattern, state, since_at, users, users_needed - users AS users_still_needed,
  corrections, made_at AS seen_at
FROM (
  SELECT *, row_number() OVER (PARTITION BY suggestion_id ORDER BY made_at DESC) AS nth
  FROM rule_states
  WHERE kind = 'pattern'
) s
WHERE nth = 1 AND state <> 'ended'
