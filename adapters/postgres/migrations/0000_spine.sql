CREATE TABLE "api_keys" (
	"id" serial PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"owner" text NOT NULL,
	"name" text NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"monthly_quota" integer
);
--> statement-breakpoint
CREATE TABLE "quota_uses" (
	"key_id" integer NOT NULL,
	"month" date NOT NULL,
	"used" integer NOT NULL,
	CONSTRAINT "quota_uses_pk" PRIMARY KEY("key_id","month")
);
--> statement-breakpoint
CREATE TABLE "rate_buckets" (
	"name" text PRIMARY KEY NOT NULL,
	"arrival_ms" double precision NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_daily" (
	"key_id" integer NOT NULL,
	"day" date NOT NULL,
	"endpoint" text NOT NULL,
	"calls" bigint NOT NULL,
	"model_tokens" bigint NOT NULL,
	CONSTRAINT "usage_daily_pk" PRIMARY KEY("key_id","day","endpoint")
);
--> statement-breakpoint
CREATE TABLE "chat_requests" (
	"owner" text NOT NULL,
	"request_id" text NOT NULL,
	"digest" text NOT NULL,
	"holder" text,
	"answer" json,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "chat_requests_pk" PRIMARY KEY("owner","request_id")
);
--> statement-breakpoint
CREATE TABLE "chat_sessions" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"session_id" text NOT NULL,
	"last_seq" integer NOT NULL,
	"summary" text,
	"summary_seq" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "chat_turns" (
	"session" bigint NOT NULL,
	"seq" integer NOT NULL,
	"user_text" text NOT NULL,
	"reply_text" text NOT NULL,
	"model_tokens" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "chat_turns_pk" PRIMARY KEY("session","seq")
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"version" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "quota_uses" ADD CONSTRAINT "quota_uses_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_daily" ADD CONSTRAINT "usage_daily_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_turns" ADD CONSTRAINT "chat_turns_session_chat_sessions_id_fk" FOREIGN KEY ("session") REFERENCES "public"."chat_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_hash" ON "api_keys" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "chat_requests_expires" ON "chat_requests" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "chat_sessions_owner_session" ON "chat_sessions" USING btree ("owner","session_id");--> statement-breakpoint
CREATE INDEX "chat_sessions_last_used" ON "chat_sessions" USING btree ("last_used_at");