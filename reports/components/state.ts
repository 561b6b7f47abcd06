// The reader's filters. They live in the address bar, so that a view can be sent to a colleague, and go along to the next page.

/** Dimension key to chosen value; `period` is a key of its own. An absent key means everything. */
export type Filters = Readonly<Record<string, string>>;

const listeners = new Set<(filters: Filters) => void>();
let current: Filters = read();

function read(): Filters {
  return Object.fromEntries(new URLSearchParams(location.search));
}

export const filters = (): Filters => current;

/** Sets some filters (an empty string clears one), writes the address and tells everybody. */
export function setFilters(changes: Filters): void {
  const next = Object.entries({ ...current, ...changes }).filter(([, value]) => value !== "");
  current = Object.fromEntries(next);
  const search = new URLSearchParams(next).toString();
  history.replaceState(null, "", `${location.pathname}${search && `?${search}`}${location.hash}`);
  for (const listener of listeners) listener(current);
  carry();
}

/** Calls `listener` now and after every change. */
export function onFilters(listener: (filters: Filters) => void): void {
  listeners.add(listener);
  listener(current);
}

/** Links within the site take the filters along. */
function carry() {
  const search = new URLSearchParams(Object.entries(current)).toString();
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[href]")) {
    const href = link.getAttribute("href")!.replace(/[?#].*$/, "");
    if (href.endsWith(".html") && !/^[a-z]+:/.test(href)) link.href = search ? `${href}?${search}` : href;
  }
}

addEventListener("popstate", () => {
  current = read();
  for (const listener of listeners) listener(current);
});
carry();

/** An element that is drawn again whenever the filters change; what had the keyboard's focus gets it back. */
export function live(draw: (filters: Filters) => Node): HTMLElement {
  const place = document.createElement("div");
  place.className = "live";
  onFilters((chosen) => {
    const focused = place.contains(document.activeElement) ? document.activeElement?.getAttribute("data-focus") : null;
    const open = [...place.querySelectorAll("details")].map((details) => details.open);
    place.replaceChildren(draw(chosen));
    place.querySelectorAll("details").forEach((details, i) => {
      details.open = open[i] ?? details.open;
    });
    if (focused) place.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  });
  return place;
}
