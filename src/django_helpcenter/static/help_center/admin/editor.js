// The toolbar of the Markdown editor, its shortcuts, and lists that go on with Enter. What a tool
// does to the text stands in markdown-edits.js and markdown-links.js, whose addresses the page gives.

const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

class MarkdownEditor {
  constructor(root, edits, links) {
    this.root = root;
    this.edits = edits;
    this.links = links;
    this.textarea = root.querySelector("textarea");
    this.toolbar = root.querySelector(".hc-toolbar");
    this.tools = [...this.toolbar.querySelectorAll("button")];
    this.textarea.addEventListener("keydown", (event) => event.isComposing || this.press(event));
    root.addEventListener("help-center:link", (event) => this.insertLink(event.detail));
    root.addEventListener("help-center:insert", (event) => this.insert(event.detail));
    root.addEventListener("help-center:jump", (event) => this.jump(event.detail.line));
    this.prepareToolbar();
  }

  prepareToolbar() {
    for (const tool of this.tools) {
      tool.tabIndex = tool === this.tools[0] ? 0 : -1;
      tool.addEventListener("click", () => this.use(tool));
      if (IS_APPLE) tool.title = tool.title.replace("Ctrl+", "⌘");
    }
    // The text keeps its selection when a tool is pressed with a mouse or a finger.
    this.toolbar.addEventListener("pointerdown", (event) => event.preventDefault());
    this.toolbar.addEventListener("mousedown", (event) => event.preventDefault());
    this.toolbar.addEventListener("keydown", (event) => this.walk(event));
    this.toolbar.addEventListener("focusin", (event) => this.makeStop(event.target));
    this.toolbar.hidden = false;
  }

  /* Keyboard */

  walk(event) {
    const place = this.tools.indexOf(document.activeElement);
    const forward = getComputedStyle(this.toolbar).direction === "rtl" ? -1 : 1;
    const steps = { ArrowRight: forward, ArrowLeft: -forward };
    const ends = { Home: 0, End: this.tools.length - 1 };
    if (!(event.key in steps) && !(event.key in ends)) return;
    event.preventDefault();
    const count = this.tools.length;
    const next = event.key in ends ? ends[event.key] : (place + steps[event.key] + count) % count;
    this.tools[next].focus();
  }

  // The toolbar is one stop of the Tab key: the tool that was used last.
  makeStop(stop) {
    for (const tool of this.tools) tool.tabIndex = tool === stop ? 0 : -1;
  }

  press(event) {
    const isCommand = (IS_APPLE ? event.metaKey : event.ctrlKey) && !event.altKey && !event.shiftKey;
    if (isCommand) {
      const tool = this.tools.find((each) => each.dataset.key === event.key.toLowerCase());
      if (!tool) return;
      event.preventDefault();
      this.use(tool);
    } else if (event.key === "Enter" && !event.shiftKey && !event.altKey && !event.metaKey) {
      const edit = this.edits.continueLine(this.state);
      if (!edit) return;
      event.preventDefault();
      this.apply(edit);
    }
  }

  /* Tools */

  get state() {
    const { value, selectionStart, selectionEnd } = this.textarea;
    return { text: value, start: selectionStart, end: selectionEnd };
  }

  use(tool) {
    const { edits, links, state } = this;
    const { tool: name, placeholder = "", address = "" } = tool.dataset;
    // A host, or another module, may do it in its own way: an image may be uploaded, for example.
    const options = { bubbles: true, cancelable: true, detail: { tool: name } };
    if (!this.root.dispatchEvent(new CustomEvent("help-center:tool", options))) return;
    const actions = {
      bold: () => edits.toggleInline(state, "**", placeholder),
      italic: () => edits.toggleInline(state, "*", placeholder),
      heading: () => edits.toggleHeading(state),
      bullets: () => edits.toggleList(state, "bullet"),
      numbers: () => edits.toggleList(state, "number"),
      code: () => edits.toggleCode(state, placeholder),
      table: () => edits.insertTable(state, placeholder),
      image: () => links.insertImage(state, { description: placeholder, address }),
      admonition: () => edits.toggleAdmonition(state, placeholder),
    };
    const edit = actions[name]?.();
    if (edit) this.apply(edit);
    else if (name in actions) this.textarea.focus();
  }

  insertLink({ label, address, start, end }) {
    this.apply(this.links.insertLink({ start, end }, label, address));
  }

  insert({ text, start, end }) {
    this.apply({ from: start, to: end, insert: text, start: start + text.length, end: start + text.length });
  }

  // Typed as a person would type it: so Ctrl+Z undoes it, which it does not with setRangeText.
  apply({ from, to, insert, start, end }) {
    const { textarea } = this;
    textarea.focus();
    textarea.setSelectionRange(from, to);
    const isChange = textarea.value.slice(from, to) !== insert;
    const isTyped = !isChange || document.execCommand(insert ? "insertText" : "delete", false, insert);
    if (!isTyped) {
      textarea.setRangeText(insert, from, to);
      textarea.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    textarea.setSelectionRange(start, end);
  }

  /* Going to a line */

  jump(line) {
    const { textarea } = this;
    const place = this.edits.placeOfLine(textarea.value, line);
    const end = textarea.value.indexOf("\n", place);
    textarea.focus({ preventScroll: true });
    textarea.setSelectionRange(place, end < 0 ? textarea.value.length : end);
    textarea.scrollTop = Math.max(0, this.heightAbove(place) - textarea.clientHeight / 3);
    textarea.scrollIntoView({ block: "nearest" });
  }

  // Lines wrap, so their height is measured: in a copy that holds the text above.
  heightAbove(place) {
    const copy = this.textarea.cloneNode();
    for (const name of ["id", "name", "required", "aria-describedby"]) copy.removeAttribute(name);
    copy.classList.add("hc-markdown--measure");
    copy.tabIndex = -1;
    copy.setAttribute("aria-hidden", "true");
    copy.value = this.textarea.value.slice(0, place);
    this.textarea.after(copy);
    const height = copy.scrollHeight;
    copy.remove();
    return height;
  }
}

for (const root of document.querySelectorAll("[data-help-center-editor]")) {
  Promise.all([import(root.dataset.edits), import(root.dataset.links)]).then(
    ([edits, links]) => new MarkdownEditor(root, edits, links),
  );
}
