// Asks before what was typed is lost by leaving a form: by a link, or by a button of another form.
// The buttons of the form itself keep what was typed, so they never ask.

const NOT_TYPED = new Set(["hidden", "submit", "button", "reset", "image", "file"]);

function keys(options) {
  return Array.from(options, (option) => option.value).sort().join("\n");
}

// A select of which no option is the default begins with its first one.
function isOtherChoice(select) {
  const options = [...select.options];
  const begun = options.filter((option) => option.defaultSelected);
  if (!begun.length && !select.multiple) begun.push(...options.slice(0, 1));
  return keys(begun) !== keys(select.selectedOptions);
}

// Compared with what the server sent: whatever the browser restored, or a script wrote, counts too.
function isChanged(field) {
  if (!field.name || NOT_TYPED.has(field.type)) return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field instanceof HTMLSelectElement ? isOtherChoice(field) : field.value !== field.defaultValue;
}

class UnsavedGuard {
  constructor(mark) {
    this.form = mark.closest("form");
    // What was refused stands nowhere but in the form.
    this.isRefused = "refused" in mark.dataset;
    this.isSaving = false;
    // Django's admin makes two lists of such a select once the page is loaded.
    this.lists = [...this.form.querySelectorAll("select.selectfilter, select.selectfilterstacked")].map(
      ({ id, options }) => ({ id, begun: keys([...options].filter((option) => option.defaultSelected)) }),
    );
    this.listen();
  }

  listen() {
    // On the window, to hear it after all who may stop it.
    window.addEventListener("submit", (event) => {
      if (event.target !== this.form || event.defaultPrevented) return;
      const target = event.submitter?.formTarget || this.form.target || "_self";
      if (target === "_self") this.isSaving = true;
    });
    // Kept as a draft, what was refused stands elsewhere too; what was typed since does not.
    for (const link of document.querySelectorAll("[data-help-center-kept]")) {
      link.addEventListener("click", () => (this.isRefused = false));
    }
    // Back on the page, or still there: what is typed now is not on its way.
    this.form.addEventListener("input", () => (this.isSaving = false));
    window.addEventListener("pageshow", () => (this.isSaving = false));
    window.addEventListener("beforeunload", (event) => {
      if (this.isSaving || !this.hasChanges()) return;
      event.preventDefault();
      event.returnValue = true;
    });
  }

  hasChanges() {
    if (this.isRefused || this.lists.some((list) => this.isOtherList(list))) return true;
    const fields = [...this.form.elements].filter((field) => !this.isOfList(field));
    return fields.some(isChanged);
  }

  isOfList(field) {
    return this.lists.some(({ id }) => [id, `${id}_from`, `${id}_to`].includes(field.id));
  }

  isOtherList({ id, begun }) {
    const chosen = window.SelectBox?.cache[`${id}_to`];
    return chosen !== undefined && keys(chosen) !== begun;
  }
}

for (const mark of document.querySelectorAll("[data-help-center-unsaved]")) new UnsavedGuard(mark);
