// The list of pages on a small screen opens and closes with a button; without scripts it is simply open.

const button = document.querySelector<HTMLButtonElement>("button.menu");
const pages = document.getElementById("pages");
if (button && pages) {
  button.hidden = false;
  const show = (open: boolean) => {
    button.setAttribute("aria-expanded", String(open));
    pages.classList.toggle("closed", !open);
  };
  show(false);
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  pages.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    show(false);
    button.focus();
  });
}
