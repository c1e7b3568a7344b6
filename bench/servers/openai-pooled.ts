import { OpenAI } from "openai";
import { Agent } from "undici";
import { pooledFetch } from "../../adapters/openai/pooled-fetch.ts";
import { serveChat } from "./chat-app.ts";

/** The package over the sockets that Agent T gives it: what is left is the package's own work. */
const fetch = pooledFetch(new Agent({ connections: 64, keepAliveTimeout: 60_000 }));
await serveChat(new OpenAI({ apiKey: "local", baseURL: process.argv[2] ?? "", fetch }));
