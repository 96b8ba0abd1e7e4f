// Slips of the pen: rule files with a few words or characters deleted, doubled, swapped, replaced or put in. The same seed makes the same.

/** A small generator of numbers that look random (the one known as mulberry32). */
function numbers(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const TOKEN = /"""(?:[^"\\]|\\[^]|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\p{Alphabetic}[\p{Alphabetic}\p{N}_]*(?:-[\p{Alphabetic}\p{N}_]+)*|\d[\d_.:TXZ~?%\/+-]*\d|\d|[<>!]=|#[^\n]*|\s+|[^]/gu;

/** Cuts a text into words and what stands between them; a date and the like may come in one piece or in several. */
function cut(text) {
  const pieces = text.match(TOKEN) ?? [];
  const words = [...pieces.keys()].filter((at) => !/^(\s|#)/u.test(pieces[at]));
  return { pieces, words };
}

const sort = (word) => (/^\p{L}/u.test(word) ? 'word' : /^\d/.test(word) ? 'number' : word.startsWith('"') ? 'text' : 'mark');

const MARKS = '{}()[],:.+-*=<>"#\\%_~?/\n 0123456789abTXZé٣“;';

function slipInWords(text, random, others) {
  const { pieces, words } = cut(text);
  const at = words[random(words.length)];
  const next = words[(words.indexOf(at) + 1) % words.length];
  // Half of the time a word of the same sort, which leaves more files sound.
  const other = () => {
    const alike = random(2) === 0 ? others.filter((word) => sort(word) === sort(pieces[at])) : [];
    const from = alike.length > 0 ? alike : others;
    return from[random(from.length)];
  };
  switch (random(5)) {
    case 0:
      pieces[at] = '';
      return [pieces.join(''), 'deleted'];
    case 1:
      pieces[at] = `${pieces[at]} ${pieces[at]}`;
      return [pieces.join(''), 'doubled'];
    case 2:
      [pieces[at], pieces[next]] = [pieces[next], pieces[at]];
      return [pieces.join(''), 'swapped'];
    case 3:
      pieces[at] = ` ${other()} `;
      return [pieces.join(''), `replaced by ${pieces[at].trim()}`];
    default: {
      const put = other();
      pieces[at] = `${put} ${pieces[at]}`;
      return [pieces.join(''), `put in ${put}`];
    }
  }
}

function slipInCharacters(text, random) {
  const characters = [...text];
  const at = random(characters.length);
  const mark = () => [...MARKS][random([...MARKS].length)];
  switch (random(4)) {
    case 0:
      return [characters.toSpliced(at, 1).join(''), `deleted ${JSON.stringify(characters[at])}`];
    case 1:
      return [characters.toSpliced(at, 0, characters[at]).join(''), `doubled ${JSON.stringify(characters[at])}`];
    case 2: {
      const put = mark();
      return [characters.toSpliced(at, 1, put).join(''), `replaced by ${JSON.stringify(put)}`];
    }
    default: {
      const put = mark();
      return [characters.toSpliced(at, 0, put).join(''), `put in ${JSON.stringify(put)}`];
    }
  }
}

/** Gives `count` texts with one to three slips each: `{ text, kind, from, slip }`. */
export function* mutants(texts, count, seed) {
  const random = numbers(seed);
  const others = [...new Set(texts.flatMap((text) => { const { pieces, words } = cut(text); return words.map((at) => pieces[at]); }))].sort();
  for (let made = 0; made < count; made += 1) {
    const from = random(texts.length);
    const kind = made % 3 === 2 ? 'characters' : 'words';
    let text = texts[from];
    const slips = [];
    for (let left = [1, 1, 2, 3][random(4)]; left > 0 && text.trim() !== ''; left -= 1) {
      const [slipped, slip] = kind === 'words' ? slipInWords(text, random, others) : slipInCharacters(text, random);
      text = slipped;
      slips.push(slip);
    }
    yield { text, kind, from, slip: slips.join(', ') };
  }
}
