// Moves categories by dragging their handles, and by their buttons without leaving the page. Without
// this module the buttons are those of a plain form.

const THRESHOLD_PX = 6; // less is a click, which opens the menu
const EDGE_PX = 48; // this near to the edge of the window a drag scrolls it
const SCROLL_PX = 12; // a frame
const POSITIONS = ["before", "inside", "after"];

const menuOf = (row) => row?.querySelector(".hc-move");

class CategoryTree {
  constructor(body, form, status) {
    this.body = body;
    this.form = form;
    this.status = status;
    this.drag = null;
    form.addEventListener("submit", (event) => {
      if (!event.submitter) return;
      event.preventDefault();
      const { name, value, id, formAction } = event.submitter;
      this.send(formAction, { [name]: value }, id);
    });
    body.addEventListener("pointerdown", (event) => this.press(event));
    // A drag ends with a click on the handle, which is not meant to open the menu.
    body.addEventListener("click", (event) => this.wasDragged && event.preventDefault(), true);
    document.addEventListener("pointermove", (event) => this.pull(event));
    document.addEventListener("pointerup", () => this.drop());
    document.addEventListener("pointercancel", () => this.stop());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.stop());
    this.mark();
  }

  mark() {
    for (const menu of this.body.querySelectorAll(".hc-move")) menu.classList.add("hc-move--draggable");
  }

  press(event) {
    this.wasDragged = false;
    const handle = event.target.closest(".hc-move__handle");
    if (!handle || event.button !== 0 || this.isSending) return;
    const row = handle.closest("tr");
    const { clientX: x, clientY: y, pointerId: pointer } = event;
    this.drag = { handle, row, menu: menuOf(row), pointer, x, y, moves: false, place: null };
  }

  pull(event) {
    const drag = this.drag;
    if (!drag || event.pointerId !== drag.pointer) return;
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > THRESHOLD_PX;
    if (!drag.moves && !far) return;
    if (!drag.moves) this.start();
    Object.assign(drag, { x: event.clientX, y: event.clientY });
    event.preventDefault();
    this.aim();
  }

  start() {
    const { handle, row, pointer } = this.drag;
    this.drag.moves = true;
    this.drag.barred = this.family(row);
    this.wasDragged = true;
    handle.setPointerCapture(pointer);
    row.classList.add("hc-dragged");
    document.documentElement.classList.add("hc-dragging");
    this.scroll();
  }

  // The row and what is below it: a category cannot go there.
  family(row) {
    const found = new Set([row]);
    const depth = Number(menuOf(row).dataset.depth);
    for (let next = row.nextElementSibling; next; next = next.nextElementSibling) {
      if (!(Number(menuOf(next)?.dataset.depth) > depth)) break;
      found.add(next);
    }
    return found;
  }

  aim() {
    this.unmarkDrop();
    const { x, y, menu, barred } = this.drag;
    const row = document.elementFromPoint(x, y)?.closest("tr");
    const other = this.body.contains(row) ? menuOf(row) : null;
    if (!other || barred.has(row) || other.dataset.tenant !== menu.dataset.tenant) return;
    const { top, height } = row.getBoundingClientRect();
    const part = (y - top) / height;
    const position = part < 0.3 ? "before" : part > 0.7 ? "after" : "inside";
    row.classList.add(`hc-drop--${position}`);
    this.drag.place = { row, target: other.dataset.key, position };
  }

  unmarkDrop() {
    this.drag.place?.row.classList.remove(...POSITIONS.map((position) => `hc-drop--${position}`));
    this.drag.place = null;
  }

  scroll() {
    if (!this.drag) return;
    const { y } = this.drag;
    const step = y < EDGE_PX ? -SCROLL_PX : y > window.innerHeight - EDGE_PX ? SCROLL_PX : 0;
    if (step) {
      window.scrollBy(0, step);
      this.aim();
    }
    requestAnimationFrame(() => this.scroll());
  }

  drop() {
    const { place, menu, handle } = this.drag ?? {};
    this.stop();
    setTimeout(() => (this.wasDragged = false)); // after the click
    if (!place) return;
    this.send(menu.dataset.address, { target: place.target, position: place.position }, handle.id);
  }

  stop() {
    if (!this.drag) return;
    this.unmarkDrop();
    this.drag.row.classList.remove("hc-dragged");
    document.documentElement.classList.remove("hc-dragging");
    this.drag = null;
  }

  async send(address, fields, focus) {
    if (this.isSending) return;
    this.isSending = true;
    const data = new FormData(this.form);
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    try {
      const response = await fetch(address, { method: "POST", body: data });
      if (!response.ok) throw new Error(response.statusText);
      this.show(new DOMParser().parseFromString(await response.text(), "text/html"), focus);
    } catch {
      this.tell(this.form.dataset.failed, true);
    } finally {
      this.isSending = false;
    }
  }

  // The answer is the list as it is now. Rows are moved rather than replaced: their checkboxes keep
  // what is selected, and the scripts of the admin keep hold of them.
  show(page, focus) {
    const told = [...page.querySelectorAll(".messagelist li")];
    const rows = page.querySelectorAll("#result_list tbody tr");
    if (rows.length) this.arrange(rows, focus);
    const text = told.map((message) => message.textContent.trim()).join(" ");
    this.tell(text || this.form.dataset.failed, !text || !told.every((each) => each.matches(".success")));
  }

  arrange(rows, focus) {
    const known = new Map([...this.body.rows].map((row) => [menuOf(row)?.dataset.key, row]));
    const wasOpen = new Set([...this.body.querySelectorAll(".hc-move[open]")].map((menu) => menu.dataset.key));
    const arranged = [...rows].map((fresh) => {
      const row = known.get(menuOf(fresh)?.dataset.key);
      const cells = [...fresh.cells].map((cell) => document.importNode(cell, true));
      if (!row) return document.importNode(fresh, true);
      const kept = row.querySelector(".action-checkbox");
      row.replaceChildren(...cells.map((cell) => (kept && cell.matches(".action-checkbox") ? kept : cell)));
      row.classList.remove("hc-moved");
      menuOf(row).open = wasOpen.has(menuOf(row).dataset.key);
      return row;
    });
    this.body.replaceChildren(...arranged);
    this.mark();
    const control = document.getElementById(focus);
    control?.closest("tr").classList.add("hc-moved");
    (control ?? this.status).focus();
  }

  tell(text, isError) {
    this.status.classList.toggle("hc-move-status--error", isError);
    this.status.textContent = "";
    // The same words again are told only when they were gone for a moment.
    requestAnimationFrame(() => (this.status.textContent = text));
  }
}

const body = document.querySelector("#result_list tbody");
const form = document.getElementById("hc-move");
const status = document.querySelector(".hc-move-status");
if (body && form && status) new CategoryTree(body, form, status);
