-- What stops a mail is logged by the database itself: whoever writes such a fact, by whatever way, cannot forget it.
-- Each takes the lock of `lockStops` first: ids of the log then rise in the order of commit, and no intent passes by.
CREATE FUNCTION log_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7726402);
  IF TG_TABLE_NAME = 'send_holds' THEN
    INSERT INTO stop_log (kind) VALUES (TG_ARGV[0]);
  ELSIF TG_TABLE_NAME = 'suppressions' THEN
    INSERT INTO stop_log (kind, address_hash) VALUES (TG_ARGV[0], NEW.address_hash);
  ELSIF TG_TABLE_NAME = 'send_streams' THEN
    INSERT INTO stop_log (kind, campaign_id) VALUES (TG_ARGV[0], NEW.campaign_id);
  ELSIF TG_TABLE_NAME = 'parties' THEN
    INSERT INTO stop_log (kind, party_id) VALUES (TG_ARGV[0], NEW.id);
  ELSE
    INSERT INTO stop_log (kind, party_id) VALUES (TG_ARGV[0], NEW.party_id);
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER stop_suppressed AFTER INSERT ON suppressions
  FOR EACH ROW EXECUTE FUNCTION log_stop('suppressed');
--> statement-breakpoint
CREATE TRIGGER stop_consent AFTER UPDATE OF state ON consent_states
  FOR EACH ROW WHEN (NEW.state <> 'granted') EXECUTE FUNCTION log_stop('consent_withdrawn');
--> statement-breakpoint
CREATE TRIGGER stop_erased AFTER UPDATE OF erased_at ON parties
  FOR EACH ROW WHEN (NEW.erased_at IS NOT NULL) EXECUTE FUNCTION log_stop('erased');
--> statement-breakpoint
CREATE TRIGGER stop_paused_by_customer AFTER UPDATE OF marketing_paused_until ON parties
  FOR EACH ROW WHEN (NEW.marketing_paused_until IS NOT NULL) EXECUTE FUNCTION log_stop('paused_by_customer');
--> statement-breakpoint
CREATE TRIGGER stop_complaint AFTER UPDATE OF open_complaints ON customer_metrics
  FOR EACH ROW WHEN (NEW.open_complaints > OLD.open_complaints) EXECUTE FUNCTION log_stop('complaint_opened');
--> statement-breakpoint
CREATE TRIGGER stop_campaign AFTER UPDATE OF state ON send_streams
  FOR EACH ROW WHEN (NEW.state <> 'running') EXECUTE FUNCTION log_stop('campaign_stopped');
--> statement-breakpoint
CREATE TRIGGER stop_all AFTER INSERT ON send_holds
  FOR EACH ROW EXECUTE FUNCTION log_stop('held');

--> statement-breakpoint
-- What was said is kept as it was said. Only whose record it stands on may change (records that are merged); and of an
-- erased person the address of the request and words typed by staff go: that is the one exception.
CREATE FUNCTION keep_consents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE'
    AND (NEW.id, NEW.topic_id, NEW.channel, NEW.state, NEW.legal_basis, NEW.wording_version, NEW.source, NEW.confirms_id, NEW.at)
      IS NOT DISTINCT FROM (OLD.id, OLD.topic_id, OLD.channel, OLD.state, OLD.legal_basis, OLD.wording_version, OLD.source, OLD.confirms_id, OLD.at)
    AND ((NEW.wording, NEW.remote_address) IS NOT DISTINCT FROM (OLD.wording, OLD.remote_address)
      OR ((NEW.wording IS NULL OR NEW.wording = OLD.wording) AND (NEW.remote_address IS NULL OR NEW.remote_address = OLD.remote_address)
        AND EXISTS (SELECT 1 FROM parties WHERE id = OLD.party_id AND erased_at IS NOT NULL))) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'consents are append-only';
END
$$;
--> statement-breakpoint
CREATE TRIGGER consents_kept BEFORE UPDATE OR DELETE ON consents
  FOR EACH ROW EXECUTE FUNCTION keep_consents();
--> statement-breakpoint
-- What segments ask most of a party stands with its figures, too: whoever writes either, by whatever way, cannot forget it.
CREATE FUNCTION begin_profile() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT is_customer AND merged_into_id IS NULL AND erased_at IS NULL, kind, country, locale, time_zone, lifecycle_stage, tier, created_at
    INTO NEW.is_current, NEW.kind, NEW.country, NEW.locale, NEW.time_zone, NEW.lifecycle_stage, NEW.tier, NEW.customer_since
    FROM parties WHERE id = NEW.party_id;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER metrics_profile_begins BEFORE INSERT ON customer_metrics
  FOR EACH ROW WHEN (NEW.is_current IS NULL) EXECUTE FUNCTION begin_profile();
--> statement-breakpoint
CREATE FUNCTION follow_profile() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE customer_metrics SET is_current = (NEW.is_customer AND NEW.merged_into_id IS NULL AND NEW.erased_at IS NULL),
    kind = NEW.kind, country = NEW.country, locale = NEW.locale, time_zone = NEW.time_zone, lifecycle_stage = NEW.lifecycle_stage, tier = NEW.tier, customer_since = NEW.created_at
  WHERE party_id = NEW.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER metrics_profile_follows AFTER UPDATE OF is_customer, merged_into_id, erased_at, kind, country, locale, time_zone, lifecycle_stage, tier, created_at ON parties
  FOR EACH ROW WHEN ((NEW.is_customer, NEW.merged_into_id, NEW.erased_at, NEW.kind, NEW.country, NEW.locale, NEW.time_zone, NEW.lifecycle_stage, NEW.tier, NEW.created_at)
    IS DISTINCT FROM (OLD.is_customer, OLD.merged_into_id, OLD.erased_at, OLD.kind, OLD.country, OLD.locale, OLD.time_zone, OLD.lifecycle_stage, OLD.tier, OLD.created_at))
  EXECUTE FUNCTION follow_profile();

--> statement-breakpoint
-- What an endpoint wants to hear of is noted by the database itself, in the transaction in which it happens, whoever writes it.
CREATE FUNCTION note_webhook() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'audit_log' THEN
    INSERT INTO webhook_notes (source, source_id) SELECT 'audit', NEW.id WHERE EXISTS (SELECT 1 FROM webhook_wants WHERE source = 'audit' AND kind = NEW.command);
  ELSE
    INSERT INTO webhook_notes (source, source_id) SELECT 'event', NEW.id WHERE EXISTS (SELECT 1 FROM webhook_wants WHERE source = 'event' AND kind = NEW.kind);
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER webhook_audit AFTER INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION note_webhook();
--> statement-breakpoint
CREATE TRIGGER webhook_event AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION note_webhook();

--> statement-breakpoint
-- Every change of a customer's stage stands on their timeline, whoever made it: as of the order that it follows from, or of
-- the instant at which so much time had passed since then (lifecycle.ts).
CREATE FUNCTION tell_stage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (party_id, at, kind, actor_kind, data)
  SELECT NEW.id,
    coalesce(
      CASE NEW.lifecycle_stage WHEN 'at_risk' THEN m.last_order_at + 15552000000 WHEN 'lapsed' THEN m.last_order_at + 31536000000 ELSE m.last_order_at END,
      (SELECT max(cancelled_at) FROM orders WHERE party_id = NEW.id), (extract(epoch FROM clock_timestamp()) * 1000)::bigint),
    'stage_changed', 'system', jsonb_build_object('from', OLD.lifecycle_stage, 'to', NEW.lifecycle_stage)
  FROM customer_metrics m WHERE m.party_id = NEW.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER stage_changed AFTER UPDATE OF lifecycle_stage ON parties
  FOR EACH ROW WHEN (NEW.lifecycle_stage <> OLD.lifecycle_stage AND NEW.erased_at IS NULL) EXECUTE FUNCTION tell_stage();
