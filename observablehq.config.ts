// The site's frame for Observable Framework: which pages there are, the header and footer around each. Built by pipeline/site/site.ts,
// which passes what only the warehouse knows in KEEPAGE_SITE.
import { existsSync } from "node:fs";

interface Frame {
  organization: string;
  /** Page paths of parameterized routes, e.g. "/specialty/cardiology". */
  paths: string[];
}

const frame: Frame = { organization: "Referrals", paths: [], ...JSON.parse(process.env.KEEPAGE_SITE ?? "{}") };

/** In reading order. */
const pages = [
  { name: "Overview", path: "/index" },
  { name: "Access and aging", path: "/access" },
  { name: "Flow", path: "/flow" },
  { name: "Scheduling and no-shows", path: "/scheduling" },
  { name: "Authorization", path: "/authorization" },
  { name: "Outreach", path: "/outreach" },
  { name: "Closing the loop", path: "/loop" },
  { name: "Leakage", path: "/leakage" },
  { name: "Network and capacity", path: "/network" },
  { name: "Providers and places", path: "/providers" },
  { name: "Equity", path: "/equity" },
  { name: "Payers", path: "/payers" },
  { name: "Data health", path: "/health" },
  { name: "Definitions", path: "/definitions" },
  { name: "How people are protected", path: "/privacy" },
].filter(({ path }) => existsSync(new URL(`reports${path}.md`, import.meta.url)));

const encode = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const icon = `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='4' fill='rgb(18,94,138)'/><path d='M4.5 12.5V3.5M11.5 3.5 6 8l5.5 4.5' stroke='white' stroke-width='1.8' fill='none'/></svg>`;

function header({ path }: { path: string }): string {
  const items = pages.map(
    (page) =>
      `<li><a href="${page.path}"${page.path === path ? ' aria-current="page"' : ""}>${encode(page.name)}</a></li>`,
  );
  return `<a class="brand" href="/index"><span class="brand-name">${encode(frame.organization)}</span> <span class="brand-what">Referrals</span></a>
<button class="menu" type="button" aria-expanded="false" aria-controls="pages" hidden>Pages</button>
<nav id="pages" aria-label="Pages"><ul>${items.join("")}</ul></nav>`;
}

export default {
  root: "reports",
  output: "dist",
  title: frame.organization,
  pages,
  dynamicPaths: frame.paths,
  style: "theme.css",
  head: `<link rel="icon" href="${icon}">`,
  header,
  footer: `<div id="freshness"></div>`,
  sidebar: false,
  toc: false,
  pager: false,
  search: false,
  globalStylesheets: [],
  preserveIndex: true,
  preserveExtension: true,
  // The Node that runs the pipeline runs the loaders; no other interpreter is looked for.
  interpreters: { ".ts": [process.execPath, "--disable-warning=ExperimentalWarning"] },
};
