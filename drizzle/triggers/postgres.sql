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
