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

// A page that the browser takes out of its memory is shown to whoever it was made for, while that session stands, and to nobody else. It is put away hidden.
const { reader, stands, leave } = document.body.dataset;
addEventListener("pagehide", (event) => { if (reader && event.persisted) document.documentElement.hidden = true; });
addEventListener("pageshow", async (event) => {
  if (!reader || !event.persisted) return;
  const answer = await fetch(stands, { cache: "no-store" }).catch(() => null);
  if (answer?.ok && !answer.redirected && (await answer.text()) === reader) document.documentElement.hidden = false;
  else location.reload();
});

// What is half written when one leaves a page is kept on the server for the writer, since the browser keeps none of these pages.
for (const form of document.querySelectorAll("form[method=post]")) {
  const written = () => { const text = new URLSearchParams(); for (const [name, value] of new FormData(form)) if (typeof value === "string" && !/password/i.test(name)) text.append(name, value); return text; };
  if (!leave || !form.elements.form_owner || form.querySelector("[data-autosave]") || form.matches("[data-rich-form]")) continue; // Those two save themselves.
  let begun = written().toString();
  const keep = (keepalive, least) => {
    const text = written(), now = text.toString();
    if (form.getAttribute("aria-busy") === "true" || now === begun || now.length < least) return;
    begun = now;
    text.set("left_at", location.pathname);
    fetch(leave, { method: "POST", body: text, keepalive }).catch(() => null);
  };
  addEventListener("pagehide", () => keep(true, 0));
  // A browser sends no more than 64 kB along when a page is left: what is longer is kept while it is written.
  let wait;
  form.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(keep, 2000, false, 40000); });
}

// Text areas grow with the text where the style sheet cannot do it (field-sizing).
const grows = CSS.supports("field-sizing", "content");
function grow(area) {
  if (grows) { area.style.fieldSizing = "content"; area.style.minBlockSize = `calc(${area.rows}lh + 1.5rem)`; return; } // its own size forgets the rows
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

// The votes of one party or part in one press: the buttons send the form without JavaScript, and set the radio buttons with it.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-vote-groups] button");
  if (!button) return;
  event.preventDefault();
  const choice = button.value.split(":")[1];
  for (const member of button.dataset.members.split(",")) {
    const radio = button.form.querySelector(`[name$="-${CSS.escape(member)}"][value="${CSS.escape(choice)}"]`);
    if (radio) radio.checked = true;
  }
});

// Following a meeting: asks for its middle part now and then, with the version it has; nothing new is answered with nothing.
for (const place of document.querySelectorAll("[data-follow]")) {
  const lost = document.querySelector("[data-follow-lost]");
  document.querySelector("[data-follow-manual]")?.setAttribute("hidden", "");
  const ask = async () => {
    if (!document.hidden) {
      const answer = await fetch(place.dataset.follow, { headers: { "If-None-Match": place.dataset.etag }, cache: "no-store" }).catch(() => null);
      if (lost) lost.hidden = Boolean(answer && answer.status < 500);
      if (answer?.status === 200 && !answer.redirected) { place.innerHTML = await answer.text(); place.dataset.etag = answer.headers.get("ETag"); }
      else if (answer?.status === 404 || answer?.redirected) { location.reload(); return; }
    }
    setTimeout(ask, 1000 * place.dataset.every);
  };
  setTimeout(ask, 1000 * place.dataset.every);
}

// What is being written of a case is kept as a draft on the server while it is written; the button puts it in the minutes.
for (const area of document.querySelectorAll("textarea[data-autosave]")) {
  const line = document.querySelector("[data-autosave-line]");
  let wait, sent = area.value;
  const body = (text) => {
    const form = new FormData(area.form), of = (name) => form.get(name) ?? "";
    return new URLSearchParams({ text, seen: of("seen"), page: of("discussion-page"), began: of("discussion-began"), csrfmiddlewaretoken: of("csrfmiddlewaretoken") });
  };
  const save = async () => {
    if (area.value === sent) return;
    const text = area.value;
    const answer = await fetch(area.dataset.autosave, { method: "POST", body: body(text) }).catch(() => null);
    if (answer?.ok) { sent = text; if (line) line.textContent = await answer.text(); }
    else if (answer?.status === 409) { if (line) line.textContent = await answer.text(); } // Written in another window: nothing is deleted, and it says so.
    else { if (line) line.textContent = line.dataset.failed; wait = setTimeout(save, 10000); }
  };
  area.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(save, 2000); });
  addEventListener("online", save);
  // Another button on the page takes the text along; a link to another page leaves it as a draft.
  let sending = false;
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    sending = true;
    if (event.target === area.form || !event.target.closest("main")) return;
    const along = event.target.querySelector("[name=treatment]") ?? event.target.appendChild(Object.assign(document.createElement("textarea"), { name: "treatment", hidden: true }));
    along.value = area.value;
    for (const name of ["page", "began"]) {
      const mark = event.target.querySelector(`[name=treatment_${name}]`) ?? event.target.appendChild(Object.assign(document.createElement("input"), { name: `treatment_${name}`, type: "hidden" }));
      mark.value = area.form.elements[`discussion-${name}`]?.value ?? "";
    }
  });
  addEventListener("pagehide", () => {
    if (sending || area.value === sent) return;
    fetch(area.dataset.autosave, { method: "POST", body: body(area.value), keepalive: true }).catch(() => null);
  });
  addEventListener("pageshow", () => { sending = false; });
}

// Another language: what is half written comes along. Most forms travel by way of the server (docs/look.md); this is for the others, in the same tab, for the
// next page alone, and never for passwords, codes and files.
const CARRIED = "trepart.carried", NEVER = ["password", "file", "hidden", "submit", "button", "reset"];
function written() {
  const found = [];
  document.querySelectorAll("main form[method=post]").forEach((form, f) => [...form.elements].forEach((field, n) => {
    if (field.name && !NEVER.includes(field.type) && field.autocomplete !== "one-time-code") found.push([`${f}.${n}.${field.name}`, field]);
  }));
  return found;
}
document.querySelector("form.languages")?.addEventListener("submit", () => {
  const values = Object.fromEntries(written().map(([key, field]) => [key, /radio|checkbox/.test(field.type) ? field.checked : field.multiple ? [...field.selectedOptions].map((o) => o.value) : field.value]));
  try { sessionStorage.setItem(CARRIED, JSON.stringify({ page: location.pathname + location.search, at: Date.now(), values })); } catch { /* Full or forbidden: the page opens empty. */ }
});
try {
  const carried = JSON.parse(sessionStorage.getItem(CARRIED));
  sessionStorage.removeItem(CARRIED);
  if (carried && carried.page === location.pathname + location.search && Date.now() - carried.at < 60000) {
    for (const [key, field] of written()) {
      const value = carried.values[key];
      if (value === undefined) continue;
      if (/radio|checkbox/.test(field.type)) field.checked = value;
      else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
} catch { /* Storage is forbidden: nothing was carried. */ }

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

// One's own highlights: painted over the text without changing it. Notes work without; highlights need a browser that can paint them.
const place = document.querySelector("[data-mark]");
if (place && CSS.highlights) {
  const block = (name) => document.querySelector(`[data-paper="${CSS.escape(name)}"]`);
  const point = (root, at) => {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(), left = at; node; node = walk.nextNode()) {
      if (left <= node.length) return [node, left];
      left -= node.length;
    }
    return null;
  };
  const painted = new Highlight();
  for (const one of document.querySelectorAll("[data-highlight]")) {
    const root = block(one.dataset.highlight), words = one.textContent.trim();
    if (!root) continue;
    const all = root.textContent, given = Number(one.dataset.start);
    const start = all.startsWith(words, given) ? given : all.indexOf(words); // The text may have changed a little.
    const from = start < 0 ? null : point(root, start), to = start < 0 ? null : point(root, start + words.length);
    if (!from || !to) continue;
    const range = new Range();
    range.setStart(...from); range.setEnd(...to);
    painted.add(range);
  }
  CSS.highlights.set("own", painted);
  document.querySelector("[data-highlights]").hidden = false;
  const form = document.querySelector("[data-note]");
  let found = null;
  document.addEventListener("selectionchange", () => {
    const selected = getSelection(), root = selected.rangeCount && !selected.isCollapsed && selected.anchorNode?.parentElement?.closest("[data-paper]");
    if (!root || !root.contains(selected.focusNode)) return;
    const range = selected.getRangeAt(0), before = new Range();
    before.setStart(root, 0); before.setEnd(range.startContainer, range.startOffset);
    const text = range.toString(), words = text.trim();
    if (!words || words.length > 2000) return;
    found = { quote: words, block: root.dataset.paper, start: before.toString().length + text.indexOf(words) };
    place.hidden = false;
  });
  place.querySelector("button").addEventListener("click", () => {
    if (!found) return;
    for (const [name, value] of Object.entries(found)) form.elements[name].value = value;
    form.requestSubmit();
  });
}
