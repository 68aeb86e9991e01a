// Finds stories by the words of their titles. The page names the files with titles, the newest first; each is a list of
// [title, address, source, day]. They are read when somebody begins to search.
"use strict";
(() => {
  const MOST = 100; // results that are shown
  const form = document.getElementById("search");
  const field = document.getElementById("words");
  const state = document.getElementById("state");
  const found = document.getElementById("found");
  const titles = [];
  let reading; // the promise of all titles
  let none = ""; // what is said where nothing is found; nothing while titles are still read

  // Without case and accents, as themes compare words.
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const read = async () => {
    for (const file of form.dataset.titles.split(" ").filter(Boolean)) {
      const answer = await fetch(file);
      if (!answer.ok) throw new Error(file);
      for (const [title, address, source, day] of await answer.json()) {
        titles.push({ title, address, source, day, folded: fold(title) });
      }
      show();
    }
    none = form.dataset.none;
  };

  const line = ({ title, address, source, day }) => {
    const item = document.createElement("li");
    const name = document.createElement(address ? "a" : "span");
    name.textContent = title;
    name.className = "told";
    name.dir = "auto";
    if (address) {
      name.href = address;
      name.rel = "noopener";
    }
    const by = document.createElement("span");
    by.className = "source";
    by.textContent = `${source} \u00b7 ${day}`;
    item.append(name, by);
    return item;
  };

  const show = () => {
    const words = fold(field.value).split(/[\s\p{P}]+/u).filter(Boolean);
    const has = ({ folded }) => words.every((word) => folded.includes(word));
    const hits = words.length ? titles.filter(has) : [];
    found.replaceChildren(...hits.slice(0, MOST).map(line));
    const count = hits.length > MOST ? `${MOST} / ${hits.length}` : `${hits.length}`;
    state.textContent = words.length ? (hits.length ? count : none) : "";
  };

  const search = () => {
    reading ??= read()
      .catch(() => {
        none = form.dataset.failed;
      })
      .then(show);
    show();
  };

  // A page on disk may not read other files.
  if (location.protocol === "file:") return;
  document.getElementById("needs").hidden = true;
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", search);
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  if (field.value) search();
})();
