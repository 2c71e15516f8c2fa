// Small help on top of pages that work without it. No dependencies.

// One submit is one submit: the second click on a slow page does nothing. Coming back with the browser's arrow opens the form again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post" || event.defaultPrevented) return;
  if (form.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
  form.setAttribute("aria-busy", "true");
  setTimeout(() => form.removeAttribute("aria-busy"), 15000); // A file to save, or a lost line: never locked for good.
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

// Text areas grow with the text where the style sheet cannot do it (field-sizing).
const grows = CSS.supports("field-sizing", "content");
function grow(area) {
  if (grows) { area.style.fieldSizing = "content"; return; }
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
}
// A counter for what is left, said aloud only when little is left or too much is written.
function count(area) {
  const line = document.querySelector(`[data-counter-for="${CSS.escape(area.id)}"]`);
  if (!line) return;
  const left = area.dataset.limit - [...area.value].length;
  line.hidden = false;
  line.classList.toggle("over", left < 0);
  line.setAttribute("aria-live", left < 50 ? "polite" : "off");
  line.textContent = (left < 0 ? line.dataset.over : line.dataset.left).replace("{n}", Math.abs(left));
}
for (const area of document.querySelectorAll("textarea[data-grow]")) {
  // The limit warns instead of cutting what is pasted; the server refuses what is too long and keeps the text.
  if (area.maxLength > 0) { area.dataset.limit = area.maxLength; area.removeAttribute("maxlength"); }
  grow(area); count(area);
  area.addEventListener("input", () => { grow(area); count(area); });
}

// Errors first: `autofocus` is not obeyed when the address has a fragment.
document.querySelector("[data-error-summary]")?.focus();
// Escape closes the menu and hands focus back.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.(".menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

// While a title is written: what others have proposed that is like it. Without JavaScript it is shown on the next page.
for (const place of document.querySelectorAll("[data-similar]")) {
  const title = document.getElementById(place.dataset.similarTo);
  let wait, asked = "";
  title?.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const words = title.value.trim();
      if (words === asked) return;
      asked = words;
      const answer = words.length < 4 ? null : await fetch(`${place.dataset.similar}?title=${encodeURIComponent(words.slice(0, 120))}`).catch(() => null);
      if (words !== asked) return; // Something newer has been written meanwhile.
      place.innerHTML = answer?.ok ? await answer.text() : "";
    }, 500);
  });
}

// An agenda can be dragged into order; the buttons Up and Down do the same without it.
for (const list of document.querySelectorAll("[data-drag]")) {
  const save = document.getElementById(list.dataset.drag);
  let held = null, before = "";
  const order = () => [...list.querySelectorAll("[data-item]")].map((line) => line.dataset.item).join(",");
  for (const line of list.querySelectorAll("[data-item]")) {
    line.draggable = true;
    line.addEventListener("dragstart", (event) => { held = line; before = order(); event.dataTransfer.effectAllowed = "move"; line.classList.add("held"); });
    line.addEventListener("dragend", () => {
      line.classList.remove("held"); held = null;
      if (order() === before) return;
      save.form.elements.order.value = order();
      save.form.requestSubmit(save);
    });
  }
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-item]");
    if (!held || !over) return;
    event.preventDefault();
    if (over === held) return;
    const box = over.getBoundingClientRect();
    over[event.clientY > box.top + box.height / 2 ? "after" : "before"](held);
  });
}
