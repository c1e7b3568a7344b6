import type { PackageFacts } from "../../core/shared/package-facts.ts";
import { escapeHtml } from "./html.ts";

const STYLE = `
:root{color-scheme:light dark;--ink:#12202f;--soft:#4d5d6c;--paper:#f6f8fa;--card:#fff;--line:#dfe5ea;--accent:#0a5bd6;--code:#0f1c2b;--codeink:#e6edf3}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#9fb0bf;--paper:#0c1319;--card:#131d26;--line:#24313d;--accent:#6aa9ff;--code:#0a1016}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:760px;margin:0 auto;padding:56px 20px 72px}
h1{font-size:2.1rem;line-height:1.15;margin:0 0 8px;letter-spacing:-.02em}
h2{font-size:1.1rem;margin:40px 0 12px}
p{margin:0 0 14px}.soft{color:var(--soft)}
a{color:var(--accent)}a:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
.mark{display:inline-grid;place-items:center;width:44px;height:44px;border-radius:12px;background:var(--accent);color:var(--card);font-weight:700;font-size:1.3rem;margin-bottom:18px}
pre{background:var(--code);color:var(--codeink);padding:16px 18px;border-radius:12px;overflow-x:auto;font:14px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
ul{list-style:none;margin:0;padding:0;display:grid;gap:12px;grid-template-columns:repeat(auto-fit,minmax(280px,1fr))}
li a{display:block;height:100%;padding:16px 18px;background:var(--card);border:1px solid var(--line);border-radius:12px;text-decoration:none;color:inherit}
li a:hover{border-color:var(--accent)}li strong{display:block;color:var(--accent)}li span{font-size:.93rem;color:var(--soft)}
footer{margin-top:48px;font-size:.9rem;color:var(--soft)}
`;

const LINKS = [
  ["/docs", "API documentation", "Read every route and try it with your key."],
  ["/health", "Health", "What runs, what is embedded, how it is."],
  ["/openapi.json", "OpenAPI 3.1", "The same as a document for programs."],
  ["/api", "Service facts", "Name, version and features as JSON."],
] as const;

/** What a person sees who opens the server's address in a browser. */
export function landingPage(facts: PackageFacts, publicUrl: string): string {
  const links = LINKS.map(
    ([path, title, text]) =>
      `<li><a href="${path}"><strong>${escapeHtml(title)}</strong><span>${escapeHtml(text)}</span></a></li>`,
  ).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(facts.name)}</title>
<meta name="description" content="An AI assistant with memory and tools, over HTTP.">
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<div class="mark" aria-hidden="true">T</div>
<h1>${escapeHtml(facts.name)}</h1>
<p class="soft">An assistant with memory and tools. One request, one answer you can build on.</p>
<h2>Ask something</h2>
<pre><code>curl -s -H "api-key: YOUR_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"message":"What is Cardano?","session_id":"my-session-1"}' \\
  ${escapeHtml(publicUrl)}/chat</code></pre>
<p class="soft">No key yet? Ask whoever runs this server. On your own machine there is one in <code>data/dev-api-key</code>.</p>
<h2>Look around</h2>
<ul>
${links}
</ul>
<footer>Version ${escapeHtml(facts.version)}</footer>
</main>
</body>
</html>
`;
}
