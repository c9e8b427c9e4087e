-- meaning: One row a device: what it is, and whether it is online.
-- column device_id: the device
-- column city: its city
-- column tenant: customer
-- column name: its name
-- column hostname: its host name
-- column os: operating system
-- column agent_version: version that it last reported
-- column cluster_id: its cluster
-- column node_name: its node
-- column registered_at: first registered; null where only signs of life came
-- column online_at: last came online
-- column offline_at: last went offline
-- column offline_reason: why it last went offline
-- column status: what it last reported: online, offline or registered
WITH lives AS (
  SELECT device_id,
    last_value(city ORDER BY time, event_id, source) AS city,
    last_value(tenant ORDER BY time, event_id, source) AS tenant,
    last_value(name ORDER BY time, event_id, source) FILTER (WHERE type = 'device.registered') AS name,
    last_value(hostname ORDER BY time, event_id, source) FILTER (WHERE type = 'device.registered') AS hostname,
    last_value(os ORDER BY time, event_id, source) FILTER (WHERE type = 'device.registered') AS os,
    last_value(agent_version ORDER BY time, event_id, source) FILTER (WHERE agent_version IS NOT NULL) AS agent_version,
    last_value(cluster_id ORDER BY time, event_id, source) FILTER (WHERE type = 'device.registered') AS cluster_id,
    last_value(node_name ORDER BY time, event_id, source) FILTER (WHERE type = 'device.registered') AS node_name,
    min(time) FILTER (WHERE type = 'device.registered') AS registered_at,
    max(time) FILTER (WHERE type = 'device.online') AS online_at,
    max(time) FILTER (WHERE type = 'device.offline') AS offline_at,
    last_value(type ORDER BY time, event_id, source) FILTER (WHERE type IN ('device.registered', 'device.online', 'device.offline')) AS last_type,
    last_value(reason ORDER BY time, event_id, source) FILTER (WHERE type = 'device.offline') AS offline_reason
  FROM session_events
  WHERE device_id IS NOT NULL AND type LIKE 'device.%'
  GROUP BY device_id
)
SELECT device_id, city, tenant, name, hostname, os, agent_version, cluster_id, node_name, registered_at, online_at,
  offline_at, offline_reason, substr(last_type, 8) AS status
FROM lives
