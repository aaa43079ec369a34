CREATE TABLE `customer_logins` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`party_id` integer NOT NULL,
	`email` text NOT NULL,
	`password_hash` text,
	`created_at` integer NOT NULL,
	`disabled_at` integer,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `customer_logins_partyId_unique` ON `customer_logins` (`party_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `customer_logins_email_unique` ON `customer_logins` (`email`);--> statement-breakpoint
CREATE TABLE `customer_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`user_agent` text,
	FOREIGN KEY (`user_id`) REFERENCES `customer_logins`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `customer_sessions_user` ON `customer_sessions` (`user_id`);--> statement-breakpoint
CREATE TABLE `login_tokens` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`purpose` text NOT NULL,
	`audience` text NOT NULL,
	`subject_id` integer,
	`token_hash` text NOT NULL,
	`code_hash` text,
	`code_attempts` integer DEFAULT 0 NOT NULL,
	`new_email` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `login_tokens_tokenHash_unique` ON `login_tokens` (`token_hash`);--> statement-breakpoint
CREATE INDEX `login_tokens_subject` ON `login_tokens` (`audience`,`subject_id`,`purpose`);--> statement-breakpoint
CREATE TABLE `rate_limits` (
	`key` text PRIMARY KEY NOT NULL,
	`points` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `rate_limits_expires` ON `rate_limits` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sign_ups` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`token_hash` text NOT NULL,
	`email` text NOT NULL,
	`normalized_email` text NOT NULL,
	`name` text,
	`locale` text NOT NULL,
	`topic_ids` text NOT NULL,
	`wording_version` text NOT NULL,
	`wording` text NOT NULL,
	`remote_address` text NOT NULL,
	`asked_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sign_ups_tokenHash_unique` ON `sign_ups` (`token_hash`);--> statement-breakpoint
CREATE INDEX `sign_ups_email` ON `sign_ups` (`normalized_email`);--> statement-breakpoint
CREATE INDEX `sign_ups_expires` ON `sign_ups` (`expires_at`);--> statement-breakpoint
CREATE TABLE `staff_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`user_agent` text,
	FOREIGN KEY (`user_id`) REFERENCES `staff_users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `staff_sessions_user` ON `staff_sessions` (`user_id`);--> statement-breakpoint
CREATE TABLE `staff_users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`password_hash` text,
	`locale` text DEFAULT 'en' NOT NULL,
	`created_at` integer NOT NULL,
	`disabled_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `staff_users_publicId_unique` ON `staff_users` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `staff_users_email_unique` ON `staff_users` (`email`);--> statement-breakpoint
CREATE TABLE `customer_habits` (
	`party_id` integer PRIMARY KEY NOT NULL,
	`favourite_category` text NOT NULL,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `customer_habits_category` ON `customer_habits` (`favourite_category`,`party_id`);--> statement-breakpoint
CREATE TABLE `product_pairs` (
	`product_id` integer NOT NULL,
	`partner_id` integer NOT NULL,
	`together` integer NOT NULL,
	`product_orders` integer NOT NULL,
	`partner_orders` integer NOT NULL,
	`orders` integer NOT NULL,
	`chance` real NOT NULL,
	`partner_again` real NOT NULL,
	PRIMARY KEY(`product_id`, `partner_id`),
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`partner_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `reports` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`as_of` integer NOT NULL,
	`day` text NOT NULL,
	`time_zone` text NOT NULL,
	`currency` text NOT NULL,
	`content` text NOT NULL,
	`at_risk` text,
	`made_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `reports_asOf_unique` ON `reports` (`as_of`);--> statement-breakpoint
CREATE TABLE `campaign_revisions` (
	`campaign_id` integer NOT NULL,
	`locale` text NOT NULL,
	`revision_id` integer NOT NULL,
	PRIMARY KEY(`campaign_id`, `locale`),
	FOREIGN KEY (`campaign_id`) REFERENCES `campaigns`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`revision_id`) REFERENCES `mailing_revisions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `campaigns` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`name` text NOT NULL,
	`goal` text DEFAULT '' NOT NULL,
	`status` text NOT NULL,
	`segment_id` integer,
	`mailing_id` integer,
	`topic_id` integer,
	`channel` text DEFAULT 'email' NOT NULL,
	`frozen_rules` text,
	`segment_version` integer,
	`attribution_days` integer DEFAULT 7 NOT NULL,
	`plan_cursor` integer DEFAULT 0 NOT NULL,
	`plan_until` integer,
	`matched_count` integer,
	`waivers` text,
	`launch_refusal` text,
	`created_by` integer,
	`launched_by` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`scheduled_at` integer,
	`launched_at` integer,
	`finished_at` integer,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`segment_id`) REFERENCES `segments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`mailing_id`) REFERENCES `mailings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`topic_id`) REFERENCES `topics`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `staff_users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`launched_by`) REFERENCES `staff_users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `campaigns_publicId_unique` ON `campaigns` (`public_id`);--> statement-breakpoint
CREATE INDEX `campaigns_status` ON `campaigns` (`status`,`scheduled_at`);--> statement-breakpoint
CREATE INDEX `campaigns_updated` ON `campaigns` (`updated_at`,`id`);--> statement-breakpoint
CREATE TABLE `attachment_blobs` (
	`sha256` text PRIMARY KEY NOT NULL,
	`bytes` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `attachments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`party_id` integer,
	`inbound_mail_id` integer,
	`case_id` integer,
	`interaction_id` integer,
	`filename` text NOT NULL,
	`content_type` text NOT NULL,
	`size` integer NOT NULL,
	`sha256` text NOT NULL,
	`visibility` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`case_id`) REFERENCES `cases`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`interaction_id`) REFERENCES `interactions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `attachments_publicId_unique` ON `attachments` (`public_id`);--> statement-breakpoint
CREATE INDEX `attachments_case` ON `attachments` (`case_id`);--> statement-breakpoint
CREATE INDEX `attachments_interaction` ON `attachments` (`interaction_id`);--> statement-breakpoint
CREATE INDEX `attachments_party` ON `attachments` (`party_id`);--> statement-breakpoint
CREATE INDEX `attachments_inbound` ON `attachments` (`inbound_mail_id`) WHERE "attachments"."inbound_mail_id" is not null;--> statement-breakpoint
CREATE TABLE `case_lines` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`case_id` integer NOT NULL,
	`order_line_id` integer NOT NULL,
	`quantity` integer DEFAULT 1 NOT NULL,
	`reason` text NOT NULL,
	`noticed_on` text,
	`wanted_remedy` text NOT NULL,
	`granted_remedy` text,
	FOREIGN KEY (`case_id`) REFERENCES `cases`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_line_id`) REFERENCES `order_lines`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `case_lines_case` ON `case_lines` (`case_id`);--> statement-breakpoint
CREATE INDEX `case_lines_order_line` ON `case_lines` (`order_line_id`);--> statement-breakpoint
CREATE TABLE `cases` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`number` text NOT NULL,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`party_id` integer NOT NULL,
	`order_id` integer,
	`campaign_id` integer,
	`subject` text NOT NULL,
	`locale` text NOT NULL,
	`assignee_id` integer,
	`decision` text,
	`root_cause` text,
	`received_at` integer NOT NULL,
	`started_at` integer,
	`statutory_due_at` integer,
	`answered_at` integer,
	`closed_at` integer,
	`last_customer_at` integer,
	`last_staff_at` integer,
	`merged_into_id` integer,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`assignee_id`) REFERENCES `staff_users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `cases_publicId_unique` ON `cases` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `cases_number_unique` ON `cases` (`number`);--> statement-breakpoint
CREATE INDEX `cases_queue` ON `cases` (`status`,`statutory_due_at`,`id`);--> statement-breakpoint
CREATE INDEX `cases_party` ON `cases` (`party_id`,`received_at`,`id`,`type`,`status`,`decision`);--> statement-breakpoint
CREATE INDEX `cases_order` ON `cases` (`order_id`);--> statement-breakpoint
CREATE TABLE `drafts` (
	`owner_kind` text NOT NULL,
	`owner_id` integer NOT NULL,
	`key` text NOT NULL,
	`data` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`owner_kind`, `owner_id`, `key`)
);
--> statement-breakpoint
CREATE TABLE `interactions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`party_id` integer NOT NULL,
	`case_id` integer,
	`channel` text NOT NULL,
	`direction` text NOT NULL,
	`visibility` text NOT NULL,
	`body` text NOT NULL,
	`author_staff_id` integer,
	`at` integer NOT NULL,
	`delivery_id` integer,
	`inbound_mail_id` integer,
	`message_id` text,
	`in_reply_to` text,
	`references` text,
	`outcome` text,
	`submission_key` text,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`case_id`) REFERENCES `cases`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`author_staff_id`) REFERENCES `staff_users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `interactions_publicId_unique` ON `interactions` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `interactions_submissionKey_unique` ON `interactions` (`submission_key`);--> statement-breakpoint
CREATE INDEX `interactions_case` ON `interactions` (`case_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `interactions_party` ON `interactions` (`party_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `interactions_message` ON `interactions` (`message_id`);--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `kept_mail_files` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`mail_id` integer NOT NULL,
	`filename` text NOT NULL,
	`content_type` text NOT NULL,
	`size` integer NOT NULL,
	`bytes` blob NOT NULL,
	FOREIGN KEY (`mail_id`) REFERENCES `kept_mails`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `kept_mail_files_publicId_unique` ON `kept_mail_files` (`public_id`);--> statement-breakpoint
CREATE INDEX `kept_mail_files_mail` ON `kept_mail_files` (`mail_id`);--> statement-breakpoint
CREATE TABLE `kept_mail_keys` (
	`key` text PRIMARY KEY NOT NULL,
	`mail_id` integer NOT NULL,
	FOREIGN KEY (`mail_id`) REFERENCES `kept_mails`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `kept_mail_keys_mail` ON `kept_mail_keys` (`mail_id`);--> statement-breakpoint
CREATE TABLE `kept_mail_parties` (
	`mail_id` integer NOT NULL,
	`party_id` integer NOT NULL,
	`direction` text NOT NULL,
	PRIMARY KEY(`mail_id`, `party_id`),
	FOREIGN KEY (`mail_id`) REFERENCES `kept_mails`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `kept_mail_parties_party` ON `kept_mail_parties` (`party_id`);--> statement-breakpoint
CREATE TABLE `kept_mail_staff` (
	`mail_id` integer NOT NULL,
	`staff_id` integer NOT NULL,
	`door` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`mail_id`, `staff_id`),
	FOREIGN KEY (`mail_id`) REFERENCES `kept_mails`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`staff_id`) REFERENCES `staff_users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `kept_mail_staff_of` ON `kept_mail_staff` (`staff_id`,`mail_id`);--> statement-breakpoint
CREATE TABLE `kept_mails` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`message_id` text,
	`words_key` text NOT NULL,
	`is_retold` integer NOT NULL,
	`from_address` text,
	`from_name` text,
	`recipients` text NOT NULL,
	`subject` text NOT NULL,
	`text` text NOT NULL,
	`html` text,
	`at` integer NOT NULL,
	`kept_at` integer NOT NULL,
	`files_left_out` integer NOT NULL,
	`removed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `kept_mails_publicId_unique` ON `kept_mails` (`public_id`);--> statement-breakpoint
CREATE INDEX `kept_mails_words` ON `kept_mails` (`words_key`,`at`);--> statement-breakpoint
CREATE TABLE `log_addresses` (
	`staff_id` integer PRIMARY KEY NOT NULL,
	`token` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`staff_id`) REFERENCES `staff_users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `log_addresses_token_unique` ON `log_addresses` (`token`);--> statement-breakpoint
CREATE TABLE `staff_mailbox_asides` (
	`staff_id` integer NOT NULL,
	`path` text NOT NULL,
	`uid_validity` text NOT NULL,
	`uid` integer NOT NULL,
	`tries` integer NOT NULL,
	`reason` text NOT NULL,
	`words` text,
	`written_at` integer,
	`size` integer,
	PRIMARY KEY(`staff_id`, `path`, `uid_validity`, `uid`),
	FOREIGN KEY (`staff_id`) REFERENCES `staff_users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `staff_mailbox_folders` (
	`staff_id` integer NOT NULL,
	`path` text NOT NULL,
	`is_sent` integer NOT NULL,
	`uid_validity` text,
	`last_uid` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`staff_id`, `path`),
	FOREIGN KEY (`staff_id`) REFERENCES `staff_users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `staff_mailboxes` (
	`staff_id` integer PRIMARY KEY NOT NULL,
	`host` text NOT NULL,
	`port` integer NOT NULL,
	`secure` integer NOT NULL,
	`username` text NOT NULL,
	`sealed_password` text NOT NULL,
	`since` integer NOT NULL,
	`connected_at` integer NOT NULL,
	`asked_up_to` integer DEFAULT 0 NOT NULL,
	`read_at` integer,
	`fault` text,
	`words` text,
	`failures` integer DEFAULT 0 NOT NULL,
	`next_try_at` integer,
	`paused_at` integer,
	`lease_owner` text,
	`lease_until` integer,
	FOREIGN KEY (`staff_id`) REFERENCES `staff_users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `consent_states` (
	`party_id` integer NOT NULL,
	`topic_id` integer NOT NULL,
	`channel` text NOT NULL,
	`state` text NOT NULL,
	`since` integer NOT NULL,
	`consent_id` integer NOT NULL,
	PRIMARY KEY(`party_id`, `topic_id`, `channel`),
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`topic_id`) REFERENCES `topics`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `consent_states_topic` ON `consent_states` (`topic_id`,`channel`,`state`,`party_id`);--> statement-breakpoint
CREATE TABLE `consents` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`party_id` integer NOT NULL,
	`topic_id` integer NOT NULL,
	`channel` text NOT NULL,
	`state` text NOT NULL,
	`legal_basis` text DEFAULT 'consent' NOT NULL,
	`wording_version` text NOT NULL,
	`wording` text,
	`source` text NOT NULL,
	`remote_address` text,
	`confirms_id` integer,
	`at` integer NOT NULL,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`topic_id`) REFERENCES `topics`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `consents_party` ON `consents` (`party_id`,`topic_id`,`channel`,`id`);--> statement-breakpoint
CREATE TABLE `contact_points` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`party_id` integer NOT NULL,
	`kind` text NOT NULL,
	`value` text NOT NULL,
	`normalized_value` text NOT NULL,
	`postal` text,
	`is_primary` integer DEFAULT false NOT NULL,
	`verified_at` integer,
	`source` text NOT NULL,
	`actor_id` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contact_points_once` ON `contact_points` (`party_id`,`kind`,`normalized_value`);--> statement-breakpoint
CREATE INDEX `contact_points_value` ON `contact_points` (`kind`,`normalized_value`);--> statement-breakpoint
CREATE INDEX `contact_points_primary_email` ON `contact_points` (`party_id`) WHERE kind = 'email' AND is_primary = true;--> statement-breakpoint
CREATE TABLE `custom_fields` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`type` text NOT NULL,
	`words` text NOT NULL,
	`options` text NOT NULL,
	`position` integer NOT NULL,
	`archived_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `custom_fields_key_unique` ON `custom_fields` (`key`);--> statement-breakpoint
CREATE TABLE `custom_values` (
	`party_id` integer NOT NULL,
	`field_id` integer NOT NULL,
	`text_value` text,
	`folded_value` text,
	`number_value` real,
	`at` integer NOT NULL,
	PRIMARY KEY(`party_id`, `field_id`),
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`field_id`) REFERENCES `custom_fields`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `custom_values_text` ON `custom_values` (`field_id`,`text_value`,`party_id`);--> statement-breakpoint
CREATE INDEX `custom_values_number` ON `custom_values` (`field_id`,`number_value`,`party_id`);--> statement-breakpoint
CREATE TABLE `customer_metrics` (
	`party_id` integer PRIMARY KEY NOT NULL,
	`orders_count` integer DEFAULT 0 NOT NULL,
	`spend_minor` integer DEFAULT 0 NOT NULL,
	`currency` text DEFAULT 'EUR' NOT NULL,
	`first_order_at` integer,
	`last_order_at` integer,
	`average_order_minor` integer,
	`usual_interval_days` integer,
	`due_at` integer,
	`purchase_days` integer DEFAULT 0 NOT NULL,
	`paid_minor` integer DEFAULT 0 NOT NULL,
	`paid_repeats` integer DEFAULT 0 NOT NULL,
	`repeat_spend_minor` integer DEFAULT 0 NOT NULL,
	`orders_changed_at` integer,
	`mails_accepted` integer DEFAULT 0 NOT NULL,
	`mails_opened` integer DEFAULT 0 NOT NULL,
	`mails_clicked` integer DEFAULT 0 NOT NULL,
	`last_mailed_at` integer,
	`last_opened_at` integer,
	`last_clicked_at` integer,
	`complaints_count` integer DEFAULT 0 NOT NULL,
	`open_complaints` integer DEFAULT 0 NOT NULL,
	`recency_score` integer,
	`frequency_score` integer,
	`monetary_score` integer,
	`rfm_segment` text,
	`value_minor` integer,
	`expected_orders` real,
	`p_alive` real,
	`derived_as_of` integer,
	`is_current` integer,
	`kind` text,
	`country` text,
	`locale` text,
	`time_zone` text,
	`lifecycle_stage` text,
	`tier` text,
	`customer_since` integer,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `customer_metrics_orders` ON `customer_metrics` (`is_current`,`orders_count`,`party_id`);--> statement-breakpoint
CREATE INDEX `customer_metrics_spend` ON `customer_metrics` (`is_current`,`spend_minor`,`party_id`);--> statement-breakpoint
CREATE INDEX `customer_metrics_first_order` ON `customer_metrics` (`is_current`,`first_order_at`,`party_id`);--> statement-breakpoint
CREATE INDEX `customer_metrics_last_order` ON `customer_metrics` (`is_current`,`last_order_at`,`party_id`);--> statement-breakpoint
CREATE INDEX `customer_metrics_due` ON `customer_metrics` (`is_current`,`due_at`,`party_id`);--> statement-breakpoint
CREATE INDEX `customer_metrics_opened` ON `customer_metrics` (`is_current`,`last_opened_at`,`party_id`);--> statement-breakpoint
CREATE INDEX `customer_metrics_clicked` ON `customer_metrics` (`is_current`,`last_clicked_at`,`party_id`);--> statement-breakpoint
CREATE INDEX `customer_metrics_complaints` ON `customer_metrics` (`is_current`,`complaints_count`,`party_id`);--> statement-breakpoint
CREATE INDEX `customer_metrics_open_complaints` ON `customer_metrics` (`is_current`,`open_complaints`,`party_id`);--> statement-breakpoint
CREATE INDEX `customer_metrics_rfm` ON `customer_metrics` (`is_current`,`rfm_segment`,`party_id`);--> statement-breakpoint
CREATE INDEX `customer_metrics_country` ON `customer_metrics` (`is_current`,`country`,`party_id`);--> statement-breakpoint
CREATE INDEX `customer_metrics_stage` ON `customer_metrics` (`is_current`,`lifecycle_stage`,`party_id`);--> statement-breakpoint
CREATE INDEX `customer_metrics_since` ON `customer_metrics` (`is_current`,`customer_since`,`party_id`);--> statement-breakpoint
CREATE TABLE `derivations` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`as_of` integer NOT NULL,
	`day` text NOT NULL,
	`after_party_id` integer DEFAULT 0 NOT NULL,
	`finished_at` integer,
	`currency` text NOT NULL,
	`time_zone` text,
	`customers` integer NOT NULL,
	`repeaters` integer NOT NULL,
	`trouble` text,
	`r` real,
	`alpha` real,
	`a` real,
	`b` real,
	`loglik` real,
	`p` real,
	`q` real,
	`v` real,
	`loglik_spend` real,
	`cuts` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`party_id` integer NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`channel` text,
	`subject_type` text,
	`subject_id` integer,
	`campaign_id` integer,
	`delivery_id` integer,
	`actor_kind` text NOT NULL,
	`actor_id` integer,
	`data` text NOT NULL,
	`dedupe_key` text,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_dedupeKey_unique` ON `events` (`dedupe_key`);--> statement-breakpoint
CREATE INDEX `events_party` ON `events` (`party_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `events_kind` ON `events` (`kind`,`at`);--> statement-breakpoint
CREATE INDEX `events_received` ON `events` (`party_id`,`at`,`id`,`campaign_id`) WHERE kind = 'mail_accepted';--> statement-breakpoint
CREATE INDEX `events_campaign` ON `events` (`campaign_id`,`kind`,`party_id`);--> statement-breakpoint
CREATE INDEX `events_delivery` ON `events` (`delivery_id`,`kind`);--> statement-breakpoint
CREATE INDEX `events_subject` ON `events` (`subject_type`,`subject_id`);--> statement-breakpoint
CREATE TABLE `fact_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`party_id` integer NOT NULL,
	`fact` text NOT NULL,
	`was` text,
	`value` text,
	`source` text NOT NULL,
	`actor_id` integer,
	`at` integer NOT NULL,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `fact_log_party` ON `fact_log` (`party_id`,`fact`,`id`);--> statement-breakpoint
CREATE TABLE `notes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`party_id` integer NOT NULL,
	`body` text NOT NULL,
	`source` text NOT NULL,
	`actor_id` integer,
	`author` text,
	`at` integer NOT NULL,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notes_publicId_unique` ON `notes` (`public_id`);--> statement-breakpoint
CREATE INDEX `notes_party` ON `notes` (`party_id`,`at`,`id`);--> statement-breakpoint
CREATE TABLE `parties` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`kind` text NOT NULL,
	`is_customer` integer DEFAULT true NOT NULL,
	`is_supplier` integer DEFAULT false NOT NULL,
	`parent_id` integer,
	`number` text,
	`name` text NOT NULL,
	`given_name` text,
	`family_name` text,
	`search_text` text NOT NULL,
	`lifecycle_stage` text DEFAULT 'lead' NOT NULL,
	`tier` text DEFAULT 'standard' NOT NULL,
	`locale` text DEFAULT 'en' NOT NULL,
	`time_zone` text DEFAULT 'Europe/Warsaw' NOT NULL,
	`country` text,
	`birthday` text,
	`marketing_paused_until` integer,
	`merged_into_id` integer,
	`erased_at` integer,
	`source` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `parties_publicId_unique` ON `parties` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `parties_number_unique` ON `parties` (`number`);--> statement-breakpoint
CREATE INDEX `parties_search` ON `parties` (`search_text`,`id`);--> statement-breakpoint
CREATE INDEX `parties_stage` ON `parties` (`lifecycle_stage`,`search_text`,`id`);--> statement-breakpoint
CREATE INDEX `parties_country` ON `parties` (`country`,`search_text`,`id`);--> statement-breakpoint
CREATE INDEX `parties_suppliers` ON `parties` (`search_text`,`id`) WHERE is_supplier = true;--> statement-breakpoint
CREATE INDEX `parties_companies` ON `parties` (`search_text`,`id`) WHERE kind = 'company';--> statement-breakpoint
CREATE INDEX `parties_created` ON `parties` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `parties_parent` ON `parties` (`parent_id`);--> statement-breakpoint
CREATE INDEX `parties_zone` ON `parties` (`time_zone`);--> statement-breakpoint
CREATE TABLE `party_tags` (
	`party_id` integer NOT NULL,
	`tag_id` integer NOT NULL,
	`source` text NOT NULL,
	`actor_id` integer,
	`at` integer NOT NULL,
	PRIMARY KEY(`party_id`, `tag_id`),
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`tag_id`) REFERENCES `tags`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `party_tags_tag` ON `party_tags` (`tag_id`,`party_id`);--> statement-breakpoint
CREATE TABLE `party_terms` (
	`rank` integer NOT NULL,
	`term` text NOT NULL,
	`party_id` integer NOT NULL,
	PRIMARY KEY(`rank`, `term`, `party_id`),
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `party_terms_party` ON `party_terms` (`party_id`,`term`);--> statement-breakpoint
CREATE TABLE `tags` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tags_key_unique` ON `tags` (`key`);--> statement-breakpoint
CREATE TABLE `topic_translations` (
	`topic_id` integer NOT NULL,
	`locale` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	PRIMARY KEY(`topic_id`, `locale`),
	FOREIGN KEY (`topic_id`) REFERENCES `topics`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `topics` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`position` integer DEFAULT 0 NOT NULL,
	`archived_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `topics_key_unique` ON `topics` (`key`);--> statement-breakpoint
CREATE TABLE `worth_days` (
	`party_id` integer NOT NULL,
	`day` text NOT NULL,
	`rfm_segment` text NOT NULL,
	`recency_score` integer NOT NULL,
	`frequency_score` integer NOT NULL,
	`monetary_score` integer NOT NULL,
	`value_minor` integer,
	`expected_orders` real,
	`p_alive` real,
	PRIMARY KEY(`party_id`, `day`),
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`dedupe_key` text NOT NULL,
	`message_id` text NOT NULL,
	`class` text NOT NULL,
	`party_id` integer,
	`address` text NOT NULL,
	`lane` text DEFAULT '' NOT NULL,
	`address_hash` text NOT NULL,
	`recipient_name` text,
	`locale` text NOT NULL,
	`campaign_id` integer,
	`topic_id` integer,
	`revision_id` integer,
	`merge_values` text,
	`notice` text,
	`subject_type` text,
	`subject_id` integer,
	`subject` text,
	`state` text NOT NULL,
	`reason` text,
	`attempt` integer DEFAULT 0 NOT NULL,
	`deferred_since` integer,
	`not_before` integer NOT NULL,
	`expires_at` integer,
	`lease_owner` text,
	`lease_epoch` integer DEFAULT 0 NOT NULL,
	`lease_until` integer,
	`handed_at` integer,
	`accepted_at` integer,
	`delivered_at` integer,
	`bounced_at` integer,
	`bounce` text,
	`finished_at` integer,
	`told_at` integer,
	`provider` text,
	`provider_id` text,
	`code` integer,
	`words` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`topic_id`) REFERENCES `topics`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`revision_id`) REFERENCES `mailing_revisions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_publicId_unique` ON `deliveries` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_dedupeKey_unique` ON `deliveries` (`dedupe_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_messageId_unique` ON `deliveries` (`message_id`);--> statement-breakpoint
CREATE INDEX `deliveries_queue` ON `deliveries` (`campaign_id`,`lane`,`not_before`,`id`) WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX `deliveries_system_queue` ON `deliveries` (`class`,`not_before`,`id`) WHERE state = 'queued' AND campaign_id IS NULL;--> statement-breakpoint
CREATE INDEX `deliveries_campaign` ON `deliveries` (`campaign_id`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `deliveries_withheld` ON `deliveries` (`campaign_id`,`reason`,`id`) WHERE state = 'withheld';--> statement-breakpoint
CREATE INDEX `deliveries_bounced` ON `deliveries` (`campaign_id`,`bounce`,`id`) WHERE bounce IS NOT NULL;--> statement-breakpoint
CREATE INDEX `deliveries_delivered` ON `deliveries` (`campaign_id`,`id`) WHERE delivered_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `deliveries_party` ON `deliveries` (`party_id`,`id`);--> statement-breakpoint
CREATE INDEX `deliveries_lease` ON `deliveries` (`lease_until`) WHERE state = 'leased';--> statement-breakpoint
CREATE INDEX `deliveries_unknown` ON `deliveries` (`handed_at`) WHERE state = 'unknown';--> statement-breakpoint
CREATE INDEX `deliveries_untold` ON `deliveries` (`id`) WHERE state IN ('accepted', 'failed') AND told_at IS NULL;--> statement-breakpoint
CREATE INDEX `deliveries_provider` ON `deliveries` (`provider`,`provider_id`) WHERE provider_id IS NOT NULL;--> statement-breakpoint
CREATE TABLE `handovers` (
	`delivery_id` integer NOT NULL,
	`attempt` integer NOT NULL,
	`epoch` integer NOT NULL,
	`intent_at` integer,
	`ended_at` integer,
	`outcome` text,
	`code` integer,
	`words` text,
	PRIMARY KEY(`delivery_id`, `attempt`),
	FOREIGN KEY (`delivery_id`) REFERENCES `deliveries`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `inbound_mails` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`content_key` text NOT NULL,
	`door` text NOT NULL,
	`message_id` text,
	`from_address` text,
	`from_name` text,
	`subject` text NOT NULL,
	`kind` text NOT NULL,
	`outcome` text NOT NULL,
	`text` text NOT NULL,
	`files` text NOT NULL,
	`is_proved` integer NOT NULL,
	`delivery_id` integer,
	`campaign_id` integer,
	`party_id` integer,
	`case_id` integer,
	`kept_mail_id` integer,
	`received_at` integer NOT NULL,
	`set_aside_at` integer,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `inbound_mails_publicId_unique` ON `inbound_mails` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `inbound_mails_contentKey_unique` ON `inbound_mails` (`content_key`);--> statement-breakpoint
CREATE INDEX `inbound_mails_received` ON `inbound_mails` (`received_at`,`id`);--> statement-breakpoint
CREATE INDEX `inbound_mails_delivery` ON `inbound_mails` (`delivery_id`);--> statement-breakpoint
CREATE INDEX `inbound_mails_party` ON `inbound_mails` (`party_id`);--> statement-breakpoint
CREATE INDEX `inbound_mails_kept` ON `inbound_mails` (`kept_mail_id`) WHERE kept_mail_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `inbound_mails_message` ON `inbound_mails` (`message_id`);--> statement-breakpoint
CREATE TABLE `mailboxes` (
	`name` text PRIMARY KEY NOT NULL,
	`uid_validity` text,
	`last_uid` integer DEFAULT 0 NOT NULL,
	`backlog_until` integer DEFAULT 0 NOT NULL,
	`taken_since` integer,
	`read_at` integer,
	`error` text,
	`error_at` integer,
	`failures` integer DEFAULT 0 NOT NULL,
	`next_try_at` integer,
	`lease_owner` text,
	`lease_until` integer
);
--> statement-breakpoint
CREATE TABLE `provider_events` (
	`provider` text NOT NULL,
	`event_id` text NOT NULL,
	`type` text NOT NULL,
	`delivery_id` integer,
	`at` integer NOT NULL,
	`received_at` integer NOT NULL,
	`payload` text NOT NULL,
	PRIMARY KEY(`provider`, `event_id`)
);
--> statement-breakpoint
CREATE INDEX `provider_events_delivery` ON `provider_events` (`delivery_id`,`at`);--> statement-breakpoint
CREATE TABLE `secret_key_marks` (
	`mark` text PRIMARY KEY NOT NULL,
	`current` integer NOT NULL,
	`since` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `send_holds` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`reason` text NOT NULL,
	`since` integer NOT NULL,
	`backup_at` integer,
	`last_delivery_id` integer DEFAULT 0 NOT NULL,
	`held_by` text NOT NULL,
	`released_at` integer,
	`released_by` text
);
--> statement-breakpoint
CREATE INDEX `send_holds_open` ON `send_holds` (`released_at`);--> statement-breakpoint
CREATE TABLE `send_streams` (
	`campaign_id` integer PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `send_usage` (
	`scope` text NOT NULL,
	`step` integer NOT NULL,
	`bucket_at` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`scope`, `step`, `bucket_at`)
);
--> statement-breakpoint
CREATE TABLE `stop_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`party_id` integer,
	`address_hash` text,
	`campaign_id` integer
);
--> statement-breakpoint
CREATE TABLE `stream_limits` (
	`campaign_id` integer PRIMARY KEY NOT NULL,
	`per_second` integer,
	`window_limit` integer,
	`window_ms` integer
);
--> statement-breakpoint
CREATE TABLE `suppressions` (
	`address_hash` text NOT NULL,
	`scope` text NOT NULL,
	`reason` text NOT NULL,
	`address` text,
	`source` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`address_hash`, `scope`)
);
--> statement-breakpoint
CREATE TABLE `transport_states` (
	`transport` text PRIMARY KEY NOT NULL,
	`down_since` integer,
	`words` text,
	`checked_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `double_sweeps` (
	`name` text PRIMARY KEY NOT NULL,
	`last_id` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `doubles` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`party_id` integer NOT NULL,
	`other_id` integer NOT NULL,
	`found_at` integer NOT NULL,
	`apart_at` integer,
	`apart_by` integer,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`other_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `doubles_pair` ON `doubles` (`party_id`,`other_id`);--> statement-breakpoint
CREATE INDEX `doubles_other` ON `doubles` (`other_id`);--> statement-breakpoint
CREATE TABLE `merges` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`survivor_id` integer NOT NULL,
	`merged_id` integer NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` integer,
	`moved` text NOT NULL,
	`before` text NOT NULL,
	`undone_at` integer,
	FOREIGN KEY (`survivor_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`merged_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `merges_publicId_unique` ON `merges` (`public_id`);--> statement-breakpoint
CREATE INDEX `merges_survivor` ON `merges` (`survivor_id`,`at`);--> statement-breakpoint
CREATE INDEX `merges_merged` ON `merges` (`merged_id`,`at`);--> statement-breakpoint
CREATE INDEX `merges_at` ON `merges` (`at`);--> statement-breakpoint
CREATE TABLE `name_keys` (
	`party_id` integer NOT NULL,
	`key` text NOT NULL,
	PRIMARY KEY(`party_id`, `key`),
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `name_keys_key` ON `name_keys` (`key`,`party_id`);--> statement-breakpoint
CREATE TABLE `import_presets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`mapping` text NOT NULL,
	`options` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `import_presets_name_unique` ON `import_presets` (`name`);--> statement-breakpoint
CREATE TABLE `import_rejects` (
	`run_id` integer NOT NULL,
	`line` integer NOT NULL,
	`field` text,
	`reason` text NOT NULL,
	`raw` text NOT NULL,
	PRIMARY KEY(`run_id`, `line`),
	FOREIGN KEY (`run_id`) REFERENCES `import_runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `import_rejects_reason` ON `import_rejects` (`run_id`,`reason`,`line`);--> statement-breakpoint
CREATE TABLE `import_runs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`type` text NOT NULL,
	`preset` text,
	`filename` text NOT NULL,
	`sha256` text NOT NULL,
	`bytes` integer NOT NULL,
	`origin` text NOT NULL,
	`headers` text NOT NULL,
	`mapping` text NOT NULL,
	`options` text NOT NULL,
	`state` text NOT NULL,
	`cursor` integer DEFAULT 0 NOT NULL,
	`total` integer NOT NULL,
	`read` integer DEFAULT 0 NOT NULL,
	`accepted` integer DEFAULT 0 NOT NULL,
	`rejected` integer DEFAULT 0 NOT NULL,
	`report` text NOT NULL,
	`error` text,
	`preview` text,
	`paced_at` integer,
	`paced_from` integer DEFAULT 0 NOT NULL,
	`staff_id` integer,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	FOREIGN KEY (`staff_id`) REFERENCES `staff_users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `import_runs_publicId_unique` ON `import_runs` (`public_id`);--> statement-breakpoint
CREATE INDEX `import_runs_created` ON `import_runs` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `import_runs_state` ON `import_runs` (`state`,`id`);--> statement-breakpoint
CREATE TABLE `api_answers` (
	`token_id` integer NOT NULL,
	`key_hash` text NOT NULL,
	`request_hash` text NOT NULL,
	`sealed` blob NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`token_id`, `key_hash`),
	FOREIGN KEY (`token_id`) REFERENCES `api_tokens`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `api_answers_at` ON `api_answers` (`at`);--> statement-breakpoint
CREATE TABLE `api_tokens` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`name` text NOT NULL,
	`token_hash` text NOT NULL,
	`ending` text NOT NULL,
	`scopes` text NOT NULL,
	`created_by` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_tokens_publicId_unique` ON `api_tokens` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `api_tokens_tokenHash_unique` ON `api_tokens` (`token_hash`);--> statement-breakpoint
CREATE TABLE `webhook_attempts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`message_id` integer NOT NULL,
	`at` integer NOT NULL,
	`ms` integer NOT NULL,
	`status` integer,
	`failure` text,
	`answer` text,
	FOREIGN KEY (`message_id`) REFERENCES `webhook_messages`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `webhook_attempts_message` ON `webhook_attempts` (`message_id`,`id`);--> statement-breakpoint
CREATE TABLE `webhook_endpoints` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`url` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`event_types` text NOT NULL,
	`state` text DEFAULT 'on' NOT NULL,
	`created_by` integer,
	`created_at` integer NOT NULL,
	`failing_since` integer,
	`disabled_at` integer,
	`quiet_until` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_endpoints_publicId_unique` ON `webhook_endpoints` (`public_id`);--> statement-breakpoint
CREATE TABLE `webhook_messages` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`endpoint_id` integer NOT NULL,
	`note_id` integer,
	`type` text NOT NULL,
	`body` text NOT NULL,
	`state` text DEFAULT 'waiting' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	FOREIGN KEY (`endpoint_id`) REFERENCES `webhook_endpoints`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_messages_publicId_unique` ON `webhook_messages` (`public_id`);--> statement-breakpoint
CREATE INDEX `webhook_messages_due` ON `webhook_messages` (`state`,`next_at`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_messages_endpoint` ON `webhook_messages` (`endpoint_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_messages_finished` ON `webhook_messages` (`finished_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_messages_once` ON `webhook_messages` (`endpoint_id`,`note_id`);--> statement-breakpoint
CREATE TABLE `webhook_notes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`source` text NOT NULL,
	`source_id` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `webhook_secrets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`endpoint_id` integer NOT NULL,
	`sealed` blob NOT NULL,
	`created_at` integer NOT NULL,
	`ends_at` integer,
	FOREIGN KEY (`endpoint_id`) REFERENCES `webhook_endpoints`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `webhook_secrets_endpoint` ON `webhook_secrets` (`endpoint_id`);--> statement-breakpoint
CREATE TABLE `webhook_wants` (
	`source` text NOT NULL,
	`kind` text NOT NULL,
	`endpoint_id` integer NOT NULL,
	PRIMARY KEY(`source`, `kind`, `endpoint_id`),
	FOREIGN KEY (`endpoint_id`) REFERENCES `webhook_endpoints`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `audit_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` integer,
	`actor_name` text,
	`command` text NOT NULL,
	`subject_type` text NOT NULL,
	`subject_id` integer,
	`details` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_log_subject` ON `audit_log` (`subject_type`,`subject_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_log_at` ON `audit_log` (`at`);--> statement-breakpoint
CREATE TABLE `change_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`topic` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `change_log_at` ON `change_log` (`at`);--> statement-breakpoint
CREATE TABLE `mailing_contents` (
	`mailing_id` integer NOT NULL,
	`locale` text NOT NULL,
	`content` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`mailing_id`, `locale`),
	FOREIGN KEY (`mailing_id`) REFERENCES `mailings`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `mailing_links` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`revision_id` integer NOT NULL,
	`position` integer NOT NULL,
	`url` text NOT NULL,
	`label` text NOT NULL,
	FOREIGN KEY (`revision_id`) REFERENCES `mailing_revisions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mailing_links_position` ON `mailing_links` (`revision_id`,`position`);--> statement-breakpoint
CREATE TABLE `mailing_revisions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`mailing_id` integer NOT NULL,
	`locale` text NOT NULL,
	`format_version` integer NOT NULL,
	`format` text NOT NULL,
	`content_hash` text NOT NULL,
	`content` text NOT NULL,
	`subject` text NOT NULL,
	`preheader` text NOT NULL,
	`html` text NOT NULL,
	`text` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`mailing_id`) REFERENCES `mailings`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mailing_revisions_hash` ON `mailing_revisions` (`mailing_id`,`locale`,`content_hash`);--> statement-breakpoint
CREATE TABLE `mailings` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`name` text NOT NULL,
	`template_key` text NOT NULL,
	`default_locale` text NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_by` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`archived_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mailings_publicId_unique` ON `mailings` (`public_id`);--> statement-breakpoint
CREATE INDEX `mailings_updated` ON `mailings` (`updated_at`,`id`);--> statement-breakpoint
CREATE TABLE `invoices` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`number` text NOT NULL,
	`kind` text NOT NULL,
	`party_id` integer NOT NULL,
	`order_id` integer,
	`currency` text NOT NULL,
	`total_minor` integer NOT NULL,
	`issued_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_publicId_unique` ON `invoices` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_number_unique` ON `invoices` (`number`);--> statement-breakpoint
CREATE INDEX `invoices_party` ON `invoices` (`party_id`,`issued_at`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_order` ON `invoices` (`order_id`);--> statement-breakpoint
CREATE TABLE `number_series` (
	`series` text PRIMARY KEY NOT NULL,
	`last` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `order_lines` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`order_id` integer NOT NULL,
	`position` integer NOT NULL,
	`product_id` integer,
	`sku` text NOT NULL,
	`name` text NOT NULL,
	`quantity` integer NOT NULL,
	`unit_price` integer NOT NULL,
	`unit_price_scale` integer DEFAULT 2 NOT NULL,
	`total_minor` integer NOT NULL,
	`design_id` integer,
	`selection` text,
	`withdrawal_exempt` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`design_id`) REFERENCES `designs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `order_lines_publicId_unique` ON `order_lines` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `order_lines_position` ON `order_lines` (`order_id`,`position`);--> statement-breakpoint
CREATE INDEX `order_lines_product` ON `order_lines` (`product_id`,`order_id`);--> statement-breakpoint
CREATE INDEX `order_lines_designed` ON `order_lines` (`order_id`) WHERE "order_lines"."design_id" is not null;--> statement-breakpoint
CREATE TABLE `orders` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`number` text NOT NULL,
	`party_id` integer NOT NULL,
	`status` text NOT NULL,
	`source` text NOT NULL,
	`currency` text NOT NULL,
	`lines_minor` integer NOT NULL,
	`shipping_minor` integer DEFAULT 0 NOT NULL,
	`total_minor` integer NOT NULL,
	`delivery_address` text,
	`attributed_delivery_id` integer,
	`attributed_campaign_id` integer,
	`placed_at` integer NOT NULL,
	`produced_at` integer,
	`shipped_at` integer,
	`delivered_at` integer,
	`cancelled_at` integer,
	`expected_at` integer,
	`submission_key` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `orders_publicId_unique` ON `orders` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `orders_number_unique` ON `orders` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `orders_submissionKey_unique` ON `orders` (`submission_key`);--> statement-breakpoint
CREATE INDEX `orders_party` ON `orders` (`party_id`,`placed_at`,`id`,`status`,`currency`,`total_minor`);--> statement-breakpoint
CREATE INDEX `orders_placed` ON `orders` (`placed_at`,`id`);--> statement-breakpoint
CREATE INDEX `orders_status` ON `orders` (`status`,`placed_at`);--> statement-breakpoint
CREATE INDEX `orders_campaign` ON `orders` (`attributed_campaign_id`);--> statement-breakpoint
CREATE INDEX `orders_delivery` ON `orders` (`attributed_delivery_id`);--> statement-breakpoint
CREATE TABLE `payments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`number` text,
	`party_id` integer NOT NULL,
	`invoice_id` integer,
	`order_id` integer,
	`direction` text NOT NULL,
	`method` text NOT NULL,
	`currency` text NOT NULL,
	`amount_minor` integer NOT NULL,
	`at` integer NOT NULL,
	`reference` text,
	`submission_key` text,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `payments_publicId_unique` ON `payments` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `payments_number_unique` ON `payments` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `payments_submissionKey_unique` ON `payments` (`submission_key`);--> statement-breakpoint
CREATE INDEX `payments_party` ON `payments` (`party_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `payments_order` ON `payments` (`order_id`);--> statement-breakpoint
CREATE TABLE `shipments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`order_id` integer NOT NULL,
	`carrier` text NOT NULL,
	`tracking_number` text NOT NULL,
	`shipped_at` integer NOT NULL,
	`expected_at` integer,
	`delivered_at` integer,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `shipments_publicId_unique` ON `shipments` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `shipments_order` ON `shipments` (`order_id`,`tracking_number`);--> statement-breakpoint
CREATE TABLE `designs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`party_id` integer NOT NULL,
	`product_id` integer NOT NULL,
	`name` text NOT NULL,
	`selection` text NOT NULL,
	`rules_version` integer NOT NULL,
	`price_snapshot` text NOT NULL,
	`currency` text NOT NULL,
	`share_token` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`archived_at` integer,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `designs_publicId_unique` ON `designs` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `designs_shareToken_unique` ON `designs` (`share_token`);--> statement-breakpoint
CREATE INDEX `designs_party` ON `designs` (`party_id`,`updated_at`,`id`);--> statement-breakpoint
CREATE TABLE `product_option_translations` (
	`option_id` integer NOT NULL,
	`locale` text NOT NULL,
	`label` text NOT NULL,
	`help` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`option_id`, `locale`),
	FOREIGN KEY (`option_id`) REFERENCES `product_options`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `product_option_value_translations` (
	`value_id` integer NOT NULL,
	`locale` text NOT NULL,
	`label` text NOT NULL,
	PRIMARY KEY(`value_id`, `locale`),
	FOREIGN KEY (`value_id`) REFERENCES `product_option_values`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `product_option_values` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`option_id` integer NOT NULL,
	`key` text NOT NULL,
	`price_delta` integer DEFAULT 0 NOT NULL,
	`data` text NOT NULL,
	`position` integer DEFAULT 0 NOT NULL,
	`is_default` integer DEFAULT false NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	FOREIGN KEY (`option_id`) REFERENCES `product_options`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `product_option_values_key` ON `product_option_values` (`option_id`,`key`);--> statement-breakpoint
CREATE TABLE `product_options` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`product_id` integer NOT NULL,
	`key` text NOT NULL,
	`kind` text NOT NULL,
	`position` integer DEFAULT 0 NOT NULL,
	`is_required` integer DEFAULT true NOT NULL,
	`max_length` integer,
	`price_delta` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `product_options_key` ON `product_options` (`product_id`,`key`);--> statement-breakpoint
CREATE TABLE `product_rule_translations` (
	`rule_id` integer NOT NULL,
	`locale` text NOT NULL,
	`reason` text NOT NULL,
	PRIMARY KEY(`rule_id`, `locale`),
	FOREIGN KEY (`rule_id`) REFERENCES `product_rules`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `product_rules` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`product_id` integer NOT NULL,
	`kind` text NOT NULL,
	`when` text NOT NULL,
	`then` text NOT NULL,
	`price_delta` integer DEFAULT 0 NOT NULL,
	`position` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `product_rules_product` ON `product_rules` (`product_id`,`position`);--> statement-breakpoint
CREATE TABLE `product_translations` (
	`product_id` integer NOT NULL,
	`locale` text NOT NULL,
	`name` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`product_id`, `locale`),
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `products` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`sku` text NOT NULL,
	`category` text,
	`price` integer NOT NULL,
	`price_scale` integer DEFAULT 2 NOT NULL,
	`currency` text NOT NULL,
	`is_personalisable` integer DEFAULT false NOT NULL,
	`artwork` text,
	`rules_version` integer DEFAULT 1 NOT NULL,
	`position` integer DEFAULT 0 NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `products_publicId_unique` ON `products` (`public_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `products_sku_unique` ON `products` (`sku`);--> statement-breakpoint
CREATE INDEX `products_category` ON `products` (`category`,`position`);--> statement-breakpoint
CREATE TABLE `segment_keeping` (
	`segment_id` integer PRIMARY KEY NOT NULL,
	`since` integer,
	`as_of` integer,
	`mark` text,
	`next_at` integer NOT NULL,
	`round_at` integer,
	`round_mark` text,
	`after_party_id` integer DEFAULT 0 NOT NULL,
	`entered_count` integer DEFAULT 0 NOT NULL,
	`left_count` integer DEFAULT 0 NOT NULL,
	`spent_ms` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`segment_id`) REFERENCES `segments`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `segment_members` (
	`segment_id` integer NOT NULL,
	`party_id` integer NOT NULL,
	`entered_at` integer NOT NULL,
	`left_at` integer,
	FOREIGN KEY (`segment_id`) REFERENCES `segments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`party_id`) REFERENCES `parties`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `segment_members_then` ON `segment_members` (`segment_id`,`party_id`,`entered_at`,`left_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `segment_members_now` ON `segment_members` (`segment_id`,`party_id`) WHERE "segment_members"."left_at" is null;--> statement-breakpoint
CREATE INDEX `segment_members_party` ON `segment_members` (`party_id`);--> statement-breakpoint
CREATE TABLE `segment_sizes` (
	`segment_id` integer NOT NULL,
	`day` text NOT NULL,
	`size` integer NOT NULL,
	`entered_count` integer NOT NULL,
	`left_count` integer NOT NULL,
	PRIMARY KEY(`segment_id`, `day`),
	FOREIGN KEY (`segment_id`) REFERENCES `segments`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `segment_versions` (
	`segment_id` integer NOT NULL,
	`version` integer NOT NULL,
	`name` text NOT NULL,
	`rules` text NOT NULL,
	`saved_by` integer,
	`saved_at` integer NOT NULL,
	PRIMARY KEY(`segment_id`, `version`),
	FOREIGN KEY (`segment_id`) REFERENCES `segments`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `segments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_id` text NOT NULL,
	`name` text NOT NULL,
	`rules` text NOT NULL,
	`is_fixed` integer DEFAULT false NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_by` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`archived_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `segments_publicId_unique` ON `segments` (`public_id`);--> statement-breakpoint
CREATE INDEX `segments_name` ON `segments` (`name`);--> statement-breakpoint
CREATE TABLE `tracking_hits` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`delivery_id` integer NOT NULL,
	`kind` text NOT NULL,
	`link_position` integer,
	`at` integer NOT NULL,
	`method` text NOT NULL,
	`user_agent` text NOT NULL,
	`remote_address` text,
	`judgement` text NOT NULL,
	`judged_by` text NOT NULL,
	`judged_at` integer,
	FOREIGN KEY (`delivery_id`) REFERENCES `deliveries`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `tracking_hits_delivery` ON `tracking_hits` (`delivery_id`,`at`) WHERE "tracking_hits"."judged_at" is not null;--> statement-breakpoint
CREATE INDEX `tracking_hits_due` ON `tracking_hits` (`id`) WHERE "tracking_hits"."judged_at" is null;--> statement-breakpoint
CREATE TABLE `tracking_sweeps` (
	`name` text PRIMARY KEY NOT NULL,
	`last_id` integer NOT NULL
);
--> statement-breakpoint
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
