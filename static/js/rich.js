// Text with headings, lists and tables: a surface laid over a text area, which stays what is sent. The server cleans what is pasted (/rens/), and everything again when
// it is saved; what stands here is only how it looks while it is written. No dependencies; without this file the text areas work as they are.

const form = document.querySelector("[data-rich-form]");
const tools = document.getElementById("rich-tools");
const token = form.elements.csrfmiddlewaretoken.value;
document.execCommand("defaultParagraphSeparator", false, "p");
document.execCommand("styleWithCSS", false, false);

const within = (surface, selector) => {
  const node = getSelection().anchorNode, element = node?.nodeType === 1 ? node : node?.parentElement;
  const found = element?.closest(selector);
  return found && surface.contains(found) ? found : null;
};

// A passage is exempt: each text in the selection is marked by itself, so that paragraphs and cells stay what they are. Pressed within a mark, it is taken away.
function mark(surface) {
  const own = within(surface, "mark");
  if (own) { own.replaceWith(...own.childNodes); return; }
  const selected = getSelection();
  if (!selected.rangeCount || selected.isCollapsed || !surface.contains(selected.getRangeAt(0).commonAncestorContainer)) return;
  const range = selected.getRangeAt(0), texts = [];
  const walk = document.createTreeWalker(surface, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) if (range.intersectsNode(node) && node.data.trim()) texts.push(node);
  for (const node of texts) {
    const from = node === range.startContainer ? range.startOffset : 0, to = node === range.endContainer ? range.endOffset : node.length;
    if (to <= from || node.parentElement.closest("mark")) continue;
    const part = from ? node.splitText(from) : node;
    if (to - from < part.length) part.splitText(to - from);
    const around = document.createElement("mark");
    part.replaceWith(around);
    around.append(part);
  }
}

function row(surface) {
  const here = within(surface, "tr");
  if (!here) return;
  const made = document.createElement("tr"), table = here.closest("table");
  for (let n = 0; n < here.cells.length; n++) made.insertCell().append(document.createElement("br"));
  const body = table.tBodies[0] ?? table.createTBody();
  if (here.parentElement.localName === "thead") body.prepend(made); else here.after(made);
}

const acts = {
  bold: () => document.execCommand("bold"),
  ul: () => document.execCommand("insertUnorderedList"),
  ol: () => document.execCommand("insertOrderedList"),
  table: () => document.execCommand("insertHTML", false, `<table><thead><tr>${"<th scope=col>…</th>".repeat(3)}</tr></thead><tbody><tr>${"<td>…</td>".repeat(3)}</tr></tbody></table><p><br></p>`),
  row, mark,
};

for (const area of form.querySelectorAll("textarea[data-rich]")) {
  const label = form.querySelector(`label[for="${CSS.escape(area.id)}"]`), surface = document.createElement("div"), bar = tools.content.firstElementChild.cloneNode(true);
  surface.className = "ds-input rich rich-text";
  surface.contentEditable = "true";
  surface.setAttribute("role", "textbox");
  surface.setAttribute("aria-multiline", "true");
  label.id ||= `${area.id}_label`;
  surface.setAttribute("aria-labelledby", label.id);
  for (const name of ["aria-describedby", "aria-invalid"]) if (area.hasAttribute(name)) surface.setAttribute(name, area.getAttribute(name));
  surface.innerHTML = area.dataset.rich; // Clean: the server made it.
  // The surface takes the text area's place: error messages and labels lead to it.
  surface.id = area.id;
  area.removeAttribute("id");
  area.hidden = true;
  label.addEventListener("click", () => surface.focus());
  area.before(bar, surface);
  const changed = () => { area.value = surface.textContent.trim() || surface.querySelector("table") ? `<div>${surface.innerHTML}</div>` : ""; area.dispatchEvent(new Event("input", { bubbles: true })); };
  surface.addEventListener("input", changed);
  bar.setAttribute("aria-controls", surface.id);
  bar.addEventListener("mousedown", (event) => event.preventDefault()); // The selection stays where it is.
  bar.addEventListener("click", (event) => {
    const wanted = event.target.closest("button")?.dataset.do;
    if (!wanted) return;
    if (document.activeElement !== surface) surface.focus();
    if (acts[wanted]) acts[wanted](surface); else document.execCommand("formatBlock", false, wanted);
    changed();
  });
  surface.addEventListener("paste", async (event) => {
    const html = event.clipboardData.getData("text/html"), plain = event.clipboardData.getData("text/plain");
    if (!html) return; // Plain text is pasted as the browser does it.
    event.preventDefault();
    const range = getSelection().rangeCount ? getSelection().getRangeAt(0) : null;
    surface.setAttribute("aria-busy", "true");
    // A picture goes in as an attachment: its file is not sent along.
    const body = new URLSearchParams({ html: html.replace(/\ssrc="data:[^"]*"/gi, ""), csrfmiddlewaretoken: token });
    const answer = await fetch(form.dataset.clean, { method: "POST", body }).catch(() => null);
    surface.removeAttribute("aria-busy");
    surface.focus();
    if (range) { getSelection().removeAllRanges(); getSelection().addRange(range); }
    told.textContent = answer?.headers.has("X-Left-Out") ? told.dataset.leftOut : "";
    if (answer?.ok) document.execCommand("insertHTML", false, await answer.text());
    else if (answer?.status === 422) told.textContent = await answer.text(); // Why it is not taken in.
    else document.execCommand("insertText", false, plain);
    changed();
  });
  surface.addEventListener("drop", (event) => event.preventDefault());
}

// The draft is kept by itself a little after the last word. Where somebody else has saved meanwhile it stops, and says so: the button shows both texts.
const line = form.querySelector("[data-rich-line]");
const told = form.querySelector("[data-rich-pasted]"); // What became of what was pasted: it stays when the draft is kept.
const words = () => { const sent = new URLSearchParams(); for (const [name, value] of new FormData(form)) if (typeof value === "string") sent.append(name, value); sent.set("do", "autosave"); return sent.toString(); };
const body = () => { const sent = new URLSearchParams(words()); sent.set("left_at", location.pathname); return sent; };
const stored = (text, { seen }) => { const sent = new URLSearchParams(text); form.elements.seen.value = seen; sent.set("seen", seen); return sent.toString(); };
savesItself({ form, url: location.pathname, words, body, line, begun: form.dataset.unsaved ? null : words(), delay: 3000, stored });
