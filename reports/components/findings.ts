// What the data says, in sentences; silent when it says nothing.
import { html } from "htl";

export interface Finding {
  readonly sentence: string;
  readonly tone: "concern" | "improvement" | "note";
  /** The figures behind the sentence. */
  readonly figures: string;
  readonly href?: string;
}

const words = { concern: "Concern", improvement: "Improvement", note: "Note" } as const;

export function findings(items: readonly Finding[]): HTMLElement {
  return html`<ul class="findings">${items.map(
    (item) => html`<li class=${item.tone}>
      <span class="tone">${words[item.tone]}</span>
      <p>${item.href ? html`<a href=${item.href}>${item.sentence}</a>` : item.sentence}</p>
      <p class="figures">${item.figures}</p>
    </li>`,
  )}</ul>`;
}
