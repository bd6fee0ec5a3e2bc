// Images and files into the text of an article: picked, pasted or dropped, each with a description
// or the words of its link, asked for before it is sent. What is inserted can be undone like what is
// typed.

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_match, name) => values[name]);
}

class Uploader {
  constructor(root) {
    this.root = root;
    this.editor = root.closest("[data-help-center-editor]");
    this.text = this.editor.querySelector("textarea");
    this.files = root.querySelector(".hc-upload__files");
    this.status = root.querySelector(".hc-upload__status");
    this.dialog = root.querySelector("template").content.firstElementChild.cloneNode(true);
    // Out of the form of the article, which Enter would submit.
    document.body.append(this.dialog);
    this.queue = [];
    this.count = 0;
    this.request = null;
    this.listen();
    for (const part of root.querySelectorAll(".hc-upload__pick, .hc-upload__hint")) part.hidden = false;
  }

  part(name) {
    return this.dialog.querySelector(`.hc-upload-dialog__${name}`);
  }

  listen() {
    this.root.querySelector(".hc-upload__pick").addEventListener("click", () => this.files.click());
    // The tool of the toolbar picks a file instead of writing an empty image.
    this.editor.addEventListener("help-center:tool", (event) => {
      if (event.detail.tool !== "image") return;
      event.preventDefault();
      this.files.click();
    });
    this.files.addEventListener("change", () => {
      this.add(this.files.files);
      this.files.value = "";
    });
    this.text.addEventListener("paste", (event) => {
      // Office programs copy a picture of a text beside the text: the text is meant.
      const { files, types } = event.clipboardData;
      if (files.length && !types.includes("text/plain")) this.take(event, files);
    });
    this.text.addEventListener("dragover", (event) => this.hover(event, true));
    this.text.addEventListener("dragleave", (event) => this.hover(event, false));
    this.text.addEventListener("drop", (event) => {
      this.text.classList.remove("hc-markdown--dropping");
      if (event.dataTransfer.files.length) this.take(event, event.dataTransfer.files);
    });
    this.part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.part("decorative").addEventListener("change", () => {
      this.part("text").disabled = this.part("decorative").checked;
    });
    this.part("cancel").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.closed());
  }

  take(event, files) {
    event.preventDefault();
    this.add(files);
  }

  hover(event, isOver) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.text.classList.toggle("hc-markdown--dropping", isOver);
  }

  add(files) {
    this.queue.push(...files);
    this.count += files.length;
    if (this.dialog.open) return;
    // A dialog takes the cursor away from where the files go.
    this.place = [this.text.selectionStart, this.text.selectionEnd];
    this.next();
  }

  // Asks for the description of the next file; the place in the text is kept meanwhile.
  next() {
    this.file = this.queue.shift();
    if (!this.file) {
      this.count = 0;
      this.text.focus();
      this.text.setSelectionRange(...this.place);
      return;
    }
    const number = this.count - this.queue.length;
    const values = { name: this.file.name, number, count: this.count };
    const name = this.count > 1 ? fill(this.root.dataset.position, values) : this.file.name;
    this.part("name").textContent = name;
    const kind = this.file.type.startsWith("image/") ? "image" : "file";
    for (const part of this.dialog.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== kind;
    this.part("text").value = kind === "file" ? this.file.name.replace(/\.\w{1,5}$/, "") : "";
    this.part("text").disabled = false;
    this.part("decorative").checked = false;
    this.tell("", "");
    this.dialog.showModal();
    this.part("text").focus();
    this.part("text").select();
  }

  send() {
    if (this.request) return;
    const data = new FormData();
    data.append("file", this.file, this.file.name);
    if (this.part("decorative").checked) data.append("is_decorative", "1");
    else data.append("alternative_text", this.part("text").value);
    const request = new XMLHttpRequest();
    const progress = this.part("progress");
    request.upload.addEventListener("progress", (event) => {
      progress.value = event.lengthComputable ? event.loaded / event.total : 0;
    });
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.answered(request));
    request.open("POST", this.root.dataset.helpCenterUpload);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", this.text.form.elements.csrfmiddlewaretoken.value);
    this.request = request;
    this.tell(fill(this.root.dataset.uploading, { name: this.file.name }), "");
    progress.hidden = false;
    request.send(data);
  }

  answered(request) {
    this.request = null;
    const answer = request.response;
    if (request.status === 200 && answer?.markdown) {
      this.answer = answer;
      this.dialog.close();
      return;
    }
    this.tell("", answer?.error || this.root.dataset.failed);
    this.part(this.part("text").disabled ? "decorative" : "text").focus();
  }

  tell(status, error) {
    this.part("status").textContent = status;
    this.part("error").textContent = error;
    this.part("error").hidden = !error;
    this.part("progress").hidden = true;
    this.part("progress").value = 0;
  }

  closed() {
    this.request?.abort();
    this.request = null;
    const answer = this.answer;
    this.answer = null;
    if (answer) this.insert(answer);
    this.next();
  }

  insert(answer) {
    const markdown = answer.markdown + (this.queue.length ? "\n\n" : "");
    this.text.focus();
    this.text.setSelectionRange(...this.place);
    if (!document.execCommand("insertText", false, markdown)) {
      this.text.setRangeText(markdown, ...this.place, "end");
      this.text.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    this.place = [this.text.selectionStart, this.text.selectionEnd];
    this.status.textContent = fill(this.root.dataset.added, { name: answer.name });
  }
}

for (const root of document.querySelectorAll("[data-help-center-upload]")) new Uploader(root);
