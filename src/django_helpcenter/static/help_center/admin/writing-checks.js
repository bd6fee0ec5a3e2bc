// What the server says of a text while somebody writes it: problems, outline, length. Both lists
// lead to their line. Asked when nobody has typed for a moment; without an answer nothing changes.

const DELAY_MS = 900;

class WritingChecks {
  constructor(root) {
    this.root = root;
    this.form = root.closest("form");
    this.panel = root.querySelector(".hc-checks");
    const find = (name) => this.panel.querySelector(`[data-checks-${name}]`);
    [this.status, this.length, this.problems, this.outline, this.outlineBox] = [
      "status", "length", "problems", "outline", "outline-box",
    ].map(find);
    this.watched = this.panel.dataset.fields.split(" ");
    this.timer = 0;
    const notice = (event) => this.watched.includes(event.target.name) && this.schedule();
    this.form.addEventListener("input", notice);
    this.form.addEventListener("change", notice);
    this.panel.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-field]");
      if (button) this.go(button.dataset);
    });
    this.load();
  }

  schedule() {
    clearTimeout(this.timer);
    // A long text takes the server longer, so it is asked less often.
    const length = this.form.elements.content?.value.length ?? 0;
    this.timer = setTimeout(() => this.load(), DELAY_MS + length / 100);
  }

  async load() {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    try {
      const typed = new FormData(this.form);
      const body = new FormData();
      for (const name of ["csrfmiddlewaretoken", ...this.watched]) {
        for (const value of typed.getAll(name)) body.append(name, value);
      }
      const options = { method: "POST", body, signal: request.signal };
      const response = await fetch(this.root.dataset.checkUrl, options);
      if (!response.ok) throw new Error(`Checks: ${response.status}`);
      const found = await response.json();
      if (!request.signal.aborted) this.show(found);
    } catch {
      // Signed out or offline: what stands there is as good as it was.
    }
  }

  show({ status, length, problems, headings }) {
    // Unchanged words are not read out again.
    if (this.status.textContent !== status) this.status.textContent = status;
    this.length.textContent = length;
    this.update(this.problems, problems.map((each) => this.makeProblem(each)));
    this.update(this.outline, headings.map((each) => this.makeHeading(each)));
    this.outlineBox.hidden = headings.length === 0;
    this.panel.hidden = false;
  }

  // Leaves a list alone that says the same: the focus may be in it.
  update(list, items) {
    const text = (nodes) => [...nodes].map((each) => each.outerHTML).join();
    list.hidden = items.length === 0;
    if (text(list.children) !== text(items)) list.replaceChildren(...items);
  }

  makeProblem({ severity, label, message, line, field }) {
    const item = document.createElement("li");
    item.className = `hc-checks__problem hc-checks__problem--${severity}`;
    const badge = document.createElement("span");
    badge.className = `hc-badge hc-badge--${severity === "error" ? "bad" : "attention"}`;
    badge.textContent = label;
    item.append(badge, " ", this.makeButton(message, line, field));
    return item;
  }

  makeHeading({ level, text, line, untitled }) {
    const item = document.createElement("li");
    item.className = `hc-outline__item hc-outline__item--${level}`;
    const sign = document.createElement("span");
    sign.className = "hc-outline__level";
    sign.textContent = `H${level}`;
    const button = this.makeButton("", line, "content");
    const words = document.createElement("span");
    words.dir = "auto";
    words.textContent = text || untitled;
    button.append(sign, " ", words);
    item.append(button);
    return item;
  }

  makeButton(text, line, field) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "hc-checks__jump";
    button.dir = "auto";
    button.dataset.line = line ?? "";
    button.dataset.field = field;
    button.textContent = text;
    return button;
  }

  go({ line, field }) {
    if (field === "content") {
      const detail = { line: Number(line) || 1 };
      this.root.dispatchEvent(new CustomEvent("help-center:jump", { detail }));
    } else {
      this.form.elements[field]?.focus();
    }
  }
}

for (const root of document.querySelectorAll("[data-help-center-editor]")) new WritingChecks(root);
