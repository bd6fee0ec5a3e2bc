// Keeps a draft while it is written. Without this module the button "Save draft" does the same.

const DELAY_MS = 2000;

class Autosave {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-help-center-saved]");
    this.timer = 0;
    this.saving = null;
    this.isChanged = false;
    form.addEventListener("input", () => this.changed());
    // The form itself saves now: nothing must come between, or after a draft was published.
    form.addEventListener("submit", (event) => {
      clearTimeout(this.timer);
      this.isChanged = false;
      if (!this.saving) return;
      // Its answer names the revision that the form has to send.
      event.preventDefault();
      this.saving.finally(() => form.requestSubmit(event.submitter));
    });
    // Leaving before the timer has run out saves at once.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.isChanged) this.save();
    });
  }

  changed() {
    this.isChanged = true;
    this.status.textContent = this.form.dataset.labelUnsaved;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), DELAY_MS);
  }

  async save() {
    if (this.saving) return;
    clearTimeout(this.timer);
    this.isChanged = false;
    this.saving = this.send();
    await this.saving;
    this.saving = null;
    if (this.isChanged) this.timer = setTimeout(() => this.save(), DELAY_MS);
  }

  async send() {
    try {
      this.tell(await this.post());
    } catch {
      this.isChanged = true;
      this.status.textContent = this.form.dataset.labelFailed;
    }
  }

  async post() {
    const data = new FormData(this.form);
    data.set("_autosave", "1");
    const answer = await fetch(this.form.action || location.href, {
      method: "POST",
      body: data,
      keepalive: data.get("content").length < 10000,
    });
    if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
    return answer.json();
  }

  tell({ revision, message }) {
    if (revision) this.form.elements.revision.value = revision;
    this.status.textContent = message;
  }
}

for (const form of document.querySelectorAll("[data-help-center-autosave]")) new Autosave(form);
