'use strict';
// Filters the claims by text. The filter by outcome is in the style sheet and
// works without this script, as do all links.
const search = document.getElementById('search');
if (search) {
  search.closest('label').hidden = false;
  const claims = [...document.querySelectorAll('.claim')];
  const folds = [...document.querySelectorAll('.held')];
  const lessons = [...document.querySelectorAll('.lesson')];
  const found = document.getElementById('found');
  const text = new Map(claims.map(c => [c, c.textContent.toLowerCase()]));
  search.addEventListener('input', () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(w => w);
    let n = 0;
    for (const c of claims) {
      c.hidden = !words.every(w => text.get(c).includes(w));
      n += c.hidden ? 0 : 1;
    }
    for (const f of folds) {
      f.hidden = !f.querySelector('.claim:not([hidden])');
      f.open = words.length > 0;
    }
    for (const l of lessons) l.hidden = !l.querySelector('.claim:not([hidden])');
    found.textContent = words.length ? n + ' of ' + claims.length : '';
  });
}
// A link to a claim opens it, also where a browser only opens what is around it.
function reveal() {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id && document.getElementById(id);
  if (!target) return;
  for (let e = target.closest('details'); e; e = e.parentElement.closest('details')) e.open = true;
  target.scrollIntoView();
}
addEventListener('hashchange', reveal);
reveal();
