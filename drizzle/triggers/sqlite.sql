-- What stops a mail is logged by the database itself: whoever writes such a fact, by whatever way, cannot forget it.
CREATE TRIGGER stop_suppressed AFTER INSERT ON suppressions
BEGIN
  INSERT INTO stop_log (kind, address_hash) VALUES ('suppressed', NEW.address_hash);
END;
--> statement-breakpoint
CREATE TRIGGER stop_consent AFTER UPDATE OF state ON consent_states WHEN NEW.state <> 'granted'
BEGIN
  INSERT INTO stop_log (kind, party_id) VALUES ('consent_withdrawn', NEW.party_id);
END;
--> statement-breakpoint
CREATE TRIGGER stop_erased AFTER UPDATE OF erased_at ON parties WHEN NEW.erased_at IS NOT NULL
BEGIN
  INSERT INTO stop_log (kind, party_id) VALUES ('erased', NEW.id);
END;
--> statement-breakpoint
CREATE TRIGGER stop_paused_by_customer AFTER UPDATE OF marketing_paused_until ON parties WHEN NEW.marketing_paused_until IS NOT NULL
BEGIN
  INSERT INTO stop_log (kind, party_id) VALUES ('paused_by_customer', NEW.id);
END;
--> statement-breakpoint
CREATE TRIGGER stop_complaint AFTER UPDATE OF open_complaints ON customer_metrics WHEN NEW.open_complaints > OLD.open_complaints
BEGIN
  INSERT INTO stop_log (kind, party_id) VALUES ('complaint_opened', NEW.party_id);
END;
--> statement-breakpoint
CREATE TRIGGER stop_campaign AFTER UPDATE OF state ON send_streams WHEN NEW.state <> 'running'
BEGIN
  INSERT INTO stop_log (kind, campaign_id) VALUES ('campaign_stopped', NEW.campaign_id);
END;
--> statement-breakpoint
CREATE TRIGGER stop_all AFTER INSERT ON send_holds
BEGIN
  INSERT INTO stop_log (kind) VALUES ('held');
END;

--> statement-breakpoint
-- What was said is kept as it was said. Only whose record it stands on may change (records that are merged); and of an
-- erased person the address of the request and words typed by staff go: that is the one exception.
CREATE TRIGGER consents_kept BEFORE UPDATE OF id, topic_id, channel, state, legal_basis, wording_version, source, confirms_id, at ON consents
BEGIN
  SELECT RAISE(ABORT, 'consents are append-only');
END;
--> statement-breakpoint
CREATE TRIGGER consents_erased BEFORE UPDATE OF wording, remote_address ON consents
WHEN (NEW.wording IS NOT OLD.wording AND NEW.wording IS NOT NULL) OR (NEW.remote_address IS NOT OLD.remote_address AND NEW.remote_address IS NOT NULL)
  OR NOT EXISTS (SELECT 1 FROM parties WHERE id = OLD.party_id AND erased_at IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'consents are append-only');
END;
--> statement-breakpoint
CREATE TRIGGER consents_never_deleted BEFORE DELETE ON consents
BEGIN
  SELECT RAISE(ABORT, 'consents are append-only');
END;
--> statement-breakpoint
-- What segments ask most of a party stands with its figures, too: whoever writes either, by whatever way, cannot forget it.
CREATE TRIGGER metrics_profile_begins AFTER INSERT ON customer_metrics WHEN NEW.is_current IS NULL
BEGIN
  UPDATE customer_metrics SET (is_current, kind, country, locale, time_zone, lifecycle_stage, tier, customer_since) =
    (SELECT is_customer = 1 AND merged_into_id IS NULL AND erased_at IS NULL, kind, country, locale, time_zone, lifecycle_stage, tier, created_at FROM parties WHERE id = NEW.party_id)
  WHERE party_id = NEW.party_id;
END;
--> statement-breakpoint
CREATE TRIGGER metrics_profile_follows AFTER UPDATE OF is_customer, merged_into_id, erased_at, kind, country, locale, time_zone, tier, created_at ON parties
WHEN (NEW.is_customer, NEW.merged_into_id, NEW.erased_at, NEW.kind, NEW.country, NEW.locale, NEW.time_zone, NEW.tier, NEW.created_at)
  IS NOT (OLD.is_customer, OLD.merged_into_id, OLD.erased_at, OLD.kind, OLD.country, OLD.locale, OLD.time_zone, OLD.tier, OLD.created_at)
BEGIN
  UPDATE customer_metrics SET is_current = (NEW.is_customer = 1 AND NEW.merged_into_id IS NULL AND NEW.erased_at IS NULL),
    kind = NEW.kind, country = NEW.country, locale = NEW.locale, time_zone = NEW.time_zone, tier = NEW.tier, customer_since = NEW.created_at
  WHERE party_id = NEW.id;
END;

--> statement-breakpoint
-- What an endpoint wants to hear of is noted by the database itself, in the transaction in which it happens, whoever writes it.
CREATE TRIGGER webhook_audit AFTER INSERT ON audit_log WHEN EXISTS (SELECT 1 FROM webhook_wants WHERE source = 'audit' AND kind = NEW.command)
BEGIN
  INSERT INTO webhook_notes (source, source_id) VALUES ('audit', NEW.id);
END;
--> statement-breakpoint
CREATE TRIGGER webhook_event AFTER INSERT ON events WHEN EXISTS (SELECT 1 FROM webhook_wants WHERE source = 'event' AND kind = NEW.kind)
BEGIN
  INSERT INTO webhook_notes (source, source_id) VALUES ('event', NEW.id);
END;

--> statement-breakpoint
-- Every change of a customer's stage stands on their timeline, whoever made it: as of the order that it follows from, or of
-- the instant at which so much time had passed since then (lifecycle.ts).
CREATE TRIGGER stage_changed AFTER UPDATE OF lifecycle_stage ON parties WHEN NEW.lifecycle_stage <> OLD.lifecycle_stage AND NEW.erased_at IS NULL
BEGIN
  INSERT INTO events (party_id, at, kind, actor_kind, data)
  SELECT NEW.id,
    coalesce(
      CASE NEW.lifecycle_stage WHEN 'at_risk' THEN m.last_order_at + 15552000000 WHEN 'lapsed' THEN m.last_order_at + 31536000000 ELSE m.last_order_at END,
      (SELECT max(cancelled_at) FROM orders WHERE party_id = NEW.id), CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    'stage_changed', 'system', json_object('from', OLD.lifecycle_stage, 'to', NEW.lifecycle_stage)
  FROM customer_metrics m WHERE m.party_id = NEW.id;
END;
--> statement-breakpoint
-- Of its own, since it is what changes most: an UPDATE writes every index anew in which a column stands that it names.
CREATE TRIGGER metrics_stage_follows AFTER UPDATE OF lifecycle_stage ON parties WHEN NEW.lifecycle_stage IS NOT OLD.lifecycle_stage
BEGIN
  UPDATE customer_metrics SET lifecycle_stage = NEW.lifecycle_stage WHERE party_id = NEW.id;
END;
