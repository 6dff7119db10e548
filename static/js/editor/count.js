// How long a text is: in words, or in characters where those are what its writers count.

const CHARACTERS = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/gu;
const WORDS = /[\p{L}\p{N}\p{M}][^\s—–/|་]*/gu;
const UNSPACED = /[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff]/;

/** How many words a text of that language has, as its post's page counts them; characters of Chinese and Japanese. */
export function count(text, language) {
  const characters = text.match(CHARACTERS)?.length ?? 0;
  const others = characters ? text.replace(CHARACTERS, " ") : text;
  return (
    characters + (UNSPACED.test(others) ? segmented(others, language) : (others.match(WORDS)?.length ?? 0))
  );
}

// Thai, Lao, Khmer and Burmese put no spaces between words; the browser has dictionaries.
function segmented(text, language) {
  let words = 0;
  for (const { isWordLike } of new Intl.Segmenter(language, { granularity: "word" }).segment(text)) {
    words += Number(Boolean(isWordLike));
  }
  return words;
}
