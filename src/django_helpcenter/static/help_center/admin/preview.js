// Keeps the preview of an article in step with its text. Without this module the buttons still post
// the form into the frame.

const DELAY_MS = 600;

class Editor {
  constructor(root) {
    this.root = root;
    this.form = root.closest("form");
    this.frame = root.querySelector("iframe");
    this.button = root.querySelector(".hc-editor__preview");
    this.name = this.frame.name;
    this.loads = 0;
    this.timer = 0;
    this.button.setAttribute("aria-expanded", "false");
    this.frame.hidden = true;
    this.button.addEventListener("click", (event) => {
      event.preventDefault();
      this.toggle();
    });
    this.form.addEventListener("input", (event) => {
      if (this.isOpen && ["title", "summary", "content"].includes(event.target.name)) this.schedule();
    });
  }

  get isOpen() {
    return this.button.getAttribute("aria-expanded") === "true";
  }

  toggle() {
    const open = !this.isOpen;
    this.button.setAttribute("aria-expanded", String(open));
    this.root.classList.toggle("hc-editor--open", open);
    this.frame.hidden = !open;
    if (open) this.load();
  }

  schedule() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.isOpen && this.load(), DELAY_MS);
  }

  // Posts into a new frame behind the old one, then swaps them: nothing flickers, the reading place
  // stays, and the browser's history gets no entry.
  load() {
    const next = this.frame.cloneNode();
    next.name = `${this.name}_${(this.loads += 1)}`;
    next.classList.add("hc-editor__frame--loading");
    next.hidden = false;
    next.setAttribute("aria-hidden", "true");
    this.next?.remove();
    this.next = next;
    this.frame.after(next);
    next.addEventListener("load", () => this.swap(next));
    this.post(next.name);
  }

  swap(next) {
    if (next !== this.next || next.contentDocument?.URL === "about:blank") return;
    next.contentWindow.scrollTo?.(0, this.frame.contentWindow?.scrollY ?? 0);
    next.classList.remove("hc-editor__frame--loading");
    next.removeAttribute("aria-hidden");
    next.hidden = !this.isOpen;
    this.frame.remove();
    this.frame = next;
    this.next = null;
  }

  post(target) {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: this.root.dataset.previewUrl, target, hidden: true });
    for (const name of ["csrfmiddlewaretoken", "title", "summary", "content", "language", "category"]) {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = this.form.elements[name]?.value ?? "";
      form.append(field);
    }
    document.body.append(form);
    form.submit();
    form.remove();
  }
}

for (const root of document.querySelectorAll("[data-help-center-editor]")) new Editor(root);
