// The few numbers at the top of a page, each with what it is compared to.
import { html } from "htl";

export interface Headline {
  readonly label: Node | string;
  readonly value: string;
  /** The comparison, always: "up 4.2% on the four quarters before". */
  readonly compare: string;
  /** What the organization aims for and how far that is; absent where it named no target. */
  readonly target?: { readonly words: string; readonly met: boolean } | null | undefined;
  /** Draws attention by color and by a word; only where a limit is broken. */
  readonly breach?: string | undefined;
}

/** At most four; more would say that none matters. */
export function headlines(items: readonly Headline[]): HTMLElement {
  return html`<div class="headlines">${items.slice(0, 4).map(
    (item) => html`<div class=${item.breach ? "headline breach" : "headline"}>
      <p class="name">${item.label}</p>
      <p class="value">${item.value}</p>
      <p class="compare">${item.breach ? html`<strong>${item.breach}</strong> ` : null}${item.compare}</p>
      ${item.target ? html`<p class=${item.target.met ? "target met" : "target"}>${item.target.words}</p>` : null}
    </div>`,
  )}</div>`;
}
