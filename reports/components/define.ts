// A word with its definition a hover, a tap or a key away.
import { html } from "htl";

let terms = 0;

export function define(word: string, definition: string): HTMLElement {
  const id = `term-${++terms}`;
  const note = html`<span class="definition" id=${id} popover="auto" role="note">${definition}</span>`;
  const button = html`<button type="button" class="term" popovertarget=${id} aria-label=${`${word}: what it means`}>${word}</button>`;
  const show = () => {
    if (!note.isConnected || note.matches(":popover-open")) return;
    note.showPopover();
    const at = button.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left, innerWidth - note.offsetWidth - 8));
    const below = at.bottom + 6 + note.offsetHeight < innerHeight;
    note.style.left = `${left}px`;
    note.style.top = `${below ? at.bottom + 6 : at.top - note.offsetHeight - 6}px`;
  };
  const hide = () => note.matches(":popover-open") && note.hidePopover();
  button.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show());
  button.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hide());
  button.addEventListener("focus", () => button.matches(":focus-visible") && show());
  button.addEventListener("blur", hide);
  note.addEventListener("toggle", (event) => {
    if (event.newState === "open") {
      const at = button.getBoundingClientRect();
      note.style.left = `${Math.max(8, Math.min(at.left, innerWidth - note.offsetWidth - 8))}px`;
      note.style.top = `${at.bottom + 6}px`;
    }
  });
  return html`<span>${button}${note}</span>`;
}
