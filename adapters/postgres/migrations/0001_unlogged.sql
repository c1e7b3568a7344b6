-- Drizzle cannot say UNLOGGED. Both tables are worthless after a crash of the server, and without a log a check of
-- a limit or a lease does not wait for the disk.
ALTER TABLE "rate_buckets" SET UNLOGGED;
--> statement-breakpoint
ALTER TABLE "leases" SET UNLOGGED;
