/**
 * Whether a sed or awk program stays with the text it is given: no command is run and no file is opened from within. Only what is
 * recognised as a whole counts.
 */

const address = String.raw`(?:\d+(?:~\d+)?|\$|\/(?:\\.|\[(?:[^\]/\\\n])*\]|[^/\\\n[])*\/I?)`;
const addresses = String.raw`(?:${address}(?:\s*,\s*(?:${address}|[+~]\d+))?\s*!?\s*)?`;
const unit = (delimiter: string): string =>
  String.raw`(?:\\.|\[(?:(?!${delimiter})[^\]\\\n])*\]|(?!${delimiter})[^\\\n[])*`;
const replacement = (delimiter: string): string => String.raw`(?:\\[^]|(?!${delimiter})[^\\\n])*`;
const substitute = String.raw`s([/|#,:@!%~_+])${unit(String.raw`\1`)}\1${replacement(String.raw`\1`)}\1[gIipmM0-9]*`;
const sedCommand = new RegExp(
  String.raw`\s*[;{}]*\s*${addresses}(?:(?:${substitute}|[pdqQ=nNPDgGhHxl]\d*)\s*(?=[;{}\n]|$)|[{}])`,
  'y',
);

/** Longer programs are not read. */
const maximumLength = 2_000;

export function isSedHarmless(script: string): boolean {
  if (script.length > maximumLength) return false;
  let at = 0;
  while (at < script.length && !/^[\s;{}]*$/.test(script.slice(at))) {
    sedCommand.lastIndex = at;
    const match = sedCommand.exec(script);
    if (match === null || match[0] === '') return false;
    at = sedCommand.lastIndex;
  }
  return true;
}

export function isAwkHarmless(program: string): boolean {
  if (
    program.length > maximumLength ||
    /system|getline|@|ENVIRON|ARG[CV]|PROCINFO|close|\binclude|\bload|extension/.test(program)
  )
    return false;
  const plain = program.replaceAll('||', ' ').replaceAll('>=', ' ');
  return (
    !plain.includes('|') &&
    !(/print/.test(plain) && plain.slice(plain.indexOf('{')).includes('>') && plain.includes('{'))
  );
}
