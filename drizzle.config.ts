import { defineConfig } from "drizzle-kit";

export default defineConfig({
  schema: "./adapters/postgres/schema/*.ts",
  out: "./adapters/postgres/migrations",
  dialect: "postgresql",
  casing: "snake_case",
});
