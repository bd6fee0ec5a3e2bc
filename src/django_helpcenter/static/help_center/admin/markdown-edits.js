// What the tools of the Markdown editor do to a text. Nothing here touches the page: each function
// takes a state { text, start, end } (the selection) and returns an edit { from, to, insert, start,
// end }: what to replace by what, and the selection after it; or null where there is nothing to do.

const MARKER = /^(\s*(?:>[ \t]?)*\s*)([-*+]|\d{1,9}[.)])([ \t]+)(\[[ xX]\][ \t]+)?/;
const INDENT = /^(?:\s*>[ \t]?)*\s*/;
const QUOTE = /^\s*(?:>[ \t]?)+/;
const LIST_MARKER = /^([-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?/;
const ADMONITION = /^\s*>[ \t]?\[!\w+\]/;
const WORD_END = /[\p{L}\p{M}\p{N}_'’-]/u;
// A marker within what stands between two others: those two then do not belong together.
const INNER = { "**": /\*\*/, "*": /(?<!\*)\*(?!\*)/, "`": /`/ };
const HIGHEST = 2;
const LOWEST = 4;

const edit = (from, to, insert, start = from, end = from + insert.length) =>
  ({ from, to, insert, start, end });

// Looking back from 0 would find a line end that stands at 0.
const lineStart = (text, place) => (place > 0 ? text.lastIndexOf("\n", place - 1) + 1 : 0);

function lineEnd(text, place) {
  const found = text.indexOf("\n", place);
  return found < 0 ? text.length : found;
}

// The whole lines of a selection; one that ends right behind a line end leaves the next line alone.
function selectedLines({ text, start, end }) {
  const from = lineStart(text, start);
  const last = end > start && text[end - 1] === "\n" ? end - 1 : end;
  const to = lineEnd(text, last);
  return { from, to, lines: text.slice(from, to).split("\n") };
}

// Replaces whole lines. The selection stays on them, or the caret at its place in its line.
function replaceLines(state, { from, to }, changed) {
  const insert = changed.join("\n");
  if (state.start !== state.end) return edit(from, to, insert);
  const grown = insert.length - (to - from);
  const caret = Math.max(from, Math.min(state.start + grown, from + insert.length));
  return edit(from, to, insert, caret, caret);
}

/* Bold, italic, code within a line */

function countBefore(text, place, character) {
  let count = 0;
  while (text[place - 1 - count] === character) count += 1;
  return count;
}

function countAfter(text, place, character) {
  let count = 0;
  while (text[place + count] === character) count += 1;
  return count;
}

// One asterisk is italic, two are bold, three are both.
function holds(count, marker) {
  if (marker === "*") return count === 1 || count === 3;
  return count >= marker.length;
}

function isWrapped(text, start, end, marker) {
  const before = countBefore(text, start, marker[0]);
  const after = countAfter(text, end, marker[0]);
  return holds(before, marker) && holds(after, marker);
}

function wordAround(text, place) {
  let [start, end] = [place, place];
  while (start > 0 && WORD_END.test(text[start - 1])) start -= 1;
  while (end < text.length && WORD_END.test(text[end])) end += 1;
  return [start, end];
}

// The selection without blanks at its ends, and without the markers that it includes.
function bareSelection({ text, start, end }, marker) {
  while (start < end && /\s/.test(text[start])) start += 1;
  while (end > start && /\s/.test(text[end - 1])) end -= 1;
  const inside = text.slice(start, end);
  const length = marker.length;
  const isIncluded =
    inside.length > 2 * length &&
    !INNER[marker].test(inside.slice(length, -length)) &&
    holds(countAfter(text, start, marker[0]), marker) &&
    holds(countBefore(text, end, marker[0]), marker);
  return isIncluded ? [start + length, end - length] : [start, end];
}

/** Put a marker such as ** around the selection or the word at the caret, or take it away. */
export function toggleInline(state, marker, placeholder) {
  const { text } = state;
  if (text.slice(state.start, state.end).includes("\n")) return toggleInLines(state, marker);
  let [start, end] = bareSelection(state, marker);
  const isCaret = start === end;
  if (isCaret) [start, end] = wordAround(text, start);
  const length = marker.length;
  if (start === end && !isWrapped(text, start, end, marker)) {
    const insert = marker + placeholder + marker;
    return edit(start, end, insert, start + length, start + length + placeholder.length);
  }
  let inside = text.slice(start, end);
  if (isWrapped(text, start, end, marker)) {
    const caret = isCaret ? state.start - length : start - length;
    return edit(start - length, end + length, inside, caret, isCaret ? caret : end - length);
  }
  if (marker === "**") inside = inside.replaceAll("**", "");
  const caret = isCaret ? state.start + length : start + length;
  const last = isCaret ? caret : start + length + inside.length;
  return edit(start, end, marker + inside + marker, caret, last);
}

// Emphasis ends with its paragraph, so each line gets its own markers.
function toggleInLines(state, marker) {
  const chosen = selectedLines(state);
  const parts = chosen.lines.map((line) => {
    const prefix = (MARKER.exec(line) ?? QUOTE.exec(line) ?? /^\s*(?:#{1,6}[ \t]+)?/.exec(line))[0];
    return [prefix, line.slice(prefix.length).trimEnd()];
  });
  const filled = parts.filter(([, words]) => words);
  const length = marker.length;
  const isOn = ([, words]) =>
    words.length > 2 * length && isWrapped(words, length, words.length - length, marker);
  const remove = filled.length > 0 && filled.every(isOn);
  const changed = parts.map((part) => {
    const [prefix, words] = part;
    if (!words) return prefix;
    if (remove) return prefix + words.slice(length, -length);
    return isOn(part) ? prefix + words : prefix + marker + words + marker;
  });
  return replaceLines(state, chosen, changed);
}

/* Headings, lists, admonitions */

/** Go on to the next level: text, ##, ###, ####, text. */
export function toggleHeading(state) {
  const chosen = selectedLines(state);
  const first = chosen.lines.find((line) => line.trim()) ?? "";
  const level = /^(#{1,6})[ \t]/.exec(first)?.[1].length ?? 0;
  const next = level < HIGHEST ? HIGHEST : level < LOWEST ? level + 1 : 0;
  const prefix = next ? `${"#".repeat(next)} ` : "";
  const changed = chosen.lines.map((line) => {
    const words = line.replace(/^#{1,6}(?:[ \t]+|$)/, "");
    return words.trim() || chosen.lines.length === 1 ? prefix + words : line;
  });
  return replaceLines(state, chosen, changed);
}

/** Make list items of the selected lines, or lines of the items; kind: "bullet" or "number". */
export function toggleList(state, kind) {
  const chosen = selectedLines(state);
  const wanted = kind === "number" ? /^\d{1,9}[.)][ \t]+/ : /^[-*+][ \t]+/;
  const parts = chosen.lines.map((line) => {
    const indent = INDENT.exec(line)[0];
    return [indent, line.slice(indent.length)];
  });
  const isAlone = parts.length === 1;
  const filled = parts.filter(([, words]) => words);
  const remove = filled.length > 0 && filled.every(([, words]) => wanted.test(words));
  let number = 0;
  const changed = parts.map(([indent, words]) => {
    if (!words && !isAlone) return indent;
    const bare = words.replace(remove ? wanted : LIST_MARKER, "");
    number += 1;
    if (remove) return indent + bare;
    return `${indent}${kind === "number" ? `${number}. ` : "- "}${bare}`;
  });
  return replaceLines(state, chosen, changed);
}

/** Make an admonition of the selected lines, or take away the one that they belong to. */
export function toggleAdmonition(state, placeholder) {
  const { text } = state;
  const quotation = quotationAround(text, selectedLines(state));
  if (quotation && ADMONITION.test(quotation.lines[0])) {
    const rest = quotation.lines.slice(1).map((line) => line.replace(/^\s*>[ \t]?/, ""));
    return edit(quotation.from, quotation.to, rest.join("\n"));
  }
  const { from, to, lines } = selectedLines(state);
  const isFilled = lines.some((line) => line.trim());
  const body = (isFilled ? lines : [placeholder]).map((line) => `> ${line}`.trimEnd()).join("\n");
  const head = "> [!NOTE]\n";
  const [before, after] = gaps(text, from, to);
  const start = from + before.length + head.length;
  const insert = before + head + body + after;
  return edit(from, to, insert, isFilled ? start : start + 2, start + body.length);
}

// The lines of a selection with all lines around them that are quoted too.
function quotationAround(text, { from, to, lines }) {
  const isQuoted = (line) => /^\s*>/.test(line);
  if (!lines.every(isQuoted)) return null;
  while (from > 0 && isQuoted(text.slice(lineStart(text, from - 1), from))) {
    from = lineStart(text, from - 1);
  }
  while (to < text.length && isQuoted(text.slice(to + 1, lineEnd(text, to + 1)))) {
    to = lineEnd(text, to + 1);
  }
  return { from, to, lines: text.slice(from, to).split("\n") };
}

/* Code, tables */

// A block needs an empty line around it.
function gaps(text, from, to) {
  const above = text.slice(0, from).trimEnd();
  const before = above && !/\n[ \t]*\n$/.test(text.slice(0, from)) ? "\n" : "";
  const below = text.slice(to);
  const after = below.trim() && !/^\n[ \t]*(?:\n|$)/.test(below) ? "\n" : "";
  return [before, after];
}

function longestRun(text, character) {
  const runs = text.match(new RegExp(`${character}+`, "g")) ?? [];
  return Math.max(0, ...runs.map((run) => run.length));
}

/** Mark code: within a line in backticks, whole lines in a fence; or take them away. */
export function toggleCode(state, placeholder) {
  const { text, start, end } = state;
  const inside = text.slice(start, end);
  const isLine = !text.slice(lineStart(text, start), lineEnd(text, end)).trim();
  if (!inside.includes("\n") && !isLine) {
    if (inside.includes("`") && !/^`[^`]+`$/.test(inside)) return null;
    return toggleInline(state, "`", placeholder);
  }
  return toggleFence(state, placeholder);
}

function toggleFence(state, placeholder) {
  const { text } = state;
  const { from, to, lines } = selectedLines(state);
  const opening = /^(`{3,})/.exec(lines[0])?.[1];
  if (opening && lines.length > 1 && lines.at(-1).trim() === opening) {
    return edit(from, to, lines.slice(1, -1).join("\n"));
  }
  const code = lines.join("\n").trim() ? lines.join("\n") : placeholder;
  const fence = "`".repeat(Math.max(3, longestRun(code, "`") + 1));
  const [before, after] = gaps(text, from, to);
  const start = from + before.length + fence.length + 1;
  const insert = `${before}${fence}\n${code}\n${fence}${after}`;
  return edit(from, to, insert, start, start + code.length);
}

/** Put a table below the line of the caret; the first column's name is selected. */
export function insertTable(state, column) {
  const place = lineEnd(state.text, state.end);
  const isEmpty = lineStart(state.text, place) === place;
  const [before, after] = gaps(state.text, isEmpty ? place : place + 1, place);
  const lead = isEmpty ? before : `\n${before || "\n"}`;
  const table = `| ${column} 1 | ${column} 2 |\n| --- | --- |\n|  |  |\n|  |  |`;
  const start = place + lead.length + 2;
  return edit(place, place, lead + table + after, start, start + column.length + 2);
}

/* Enter */

function isInFence(text, place) {
  let fence = "";
  for (const line of text.slice(0, place).split("\n")) {
    const found = /^\s*(?:>[ \t]?)*\s*(`{3,}|~{3,})/.exec(line)?.[1] ?? "";
    if (!fence) fence = found;
    else if (found.startsWith(fence) && line.trim().endsWith(found)) fence = "";
  }
  return fence !== "";
}

/** Go on with the list or quotation of the line; an empty item ends it. Null: a plain new line. */
export function continueLine({ text, start, end }) {
  if (start !== end) return null;
  const from = lineStart(text, start);
  const line = text.slice(from, lineEnd(text, start));
  const item = MARKER.exec(line);
  const prefix = (item ?? QUOTE.exec(line))?.[0];
  if (!prefix || start - from < prefix.length || isInFence(text, from)) return null;
  if (line.slice(prefix.length).trim()) {
    const next = item ? item[1] + nextMarker(item) : prefix;
    const caret = start + 1 + next.length;
    return edit(start, start, `\n${next}`, caret, caret);
  }
  const insert = (item && parentMarker(text, from, item)) || endOfBlock(item);
  const caret = from + insert.length;
  return edit(from, from + line.length, insert, caret, caret);
}

// An empty line first: without it what follows would still belong to the block.
function endOfBlock(item) {
  const quote = (item && QUOTE.exec(item[1])?.[0]) ?? "";
  return `${quote.trimEnd()}\n${quote}`;
}

// Where the list stands in an item of another list, that one goes on.
function parentMarker(text, from, item) {
  const indent = item[1].length;
  for (const line of text.slice(0, from).split("\n").reverse()) {
    if (!line.trim()) continue;
    const above = MARKER.exec(line);
    if (above && above[1].length < indent) return above[1] + nextMarker(above);
    if (INDENT.exec(line)[0].length < indent) break;
  }
  return "";
}

function nextMarker([, , marker, blanks, task]) {
  const number = Number.parseInt(marker, 10);
  const next = Number.isNaN(number) ? marker : `${number + 1}${marker.at(-1)}`;
  return next + blanks + (task ? "[ ] " : "");
}

/** Return where a line (from 1) begins. */
export function placeOfLine(text, line) {
  let place = 0;
  for (let number = 1; number < line; number += 1) {
    const found = text.indexOf("\n", place);
    if (found < 0) break;
    place = found + 1;
  }
  return place;
}
