import { OpenAI } from "openai";
import { serveChat } from "./chat-app.ts";

/** The package as it comes. */
await serveChat(new OpenAI({ apiKey: "local", baseURL: process.argv[2] ?? "" }));
