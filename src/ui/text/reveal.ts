/**
 * Text that a person approves, or that names what runs, as it is: what would act upon the terminal, hide, reorder or
 * take no room is shown as a sign of its own. Nothing vanishes, so what runs can be read off the screen, in order.
 * Output of commands is another matter: that is for `clean`.
 */

const plain = /^[\x20-\x7e\n]*$/;
/** Made for the first text that needs them: to look these properties up takes 2 ms, and most sessions meet no such text. */
function makePatterns() {
  /** Emoji hold together by characters that are invisible; between their like these stay. */
  const joining =
    /(?<=\p{Extended_Pictographic})\ufe0f|(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d(?=\p{Extended_Pictographic})/u;
  const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Me}\p{Default_Ignorable_Code_Point}\u2800]/u;
  /** A mark with nothing below it would change what stands before the text; a tower of them what stands around it. */
  const stray = /(?<![\p{L}\p{N}\p{P}\p{S}\p{M}])\p{M}|(?<=\p{M}{4})\p{M}/u;
  return {
    hidden: new RegExp(`(?!${joining.source})${invisible.source}|${stray.source}`, 'gu'),
    /** Blanks that are no spaces: to a shell they are letters. */
    blanks: /(?! )\p{Zs}/gu,
  };
}
let made: ReturnType<typeof makePatterns> | undefined;

/** On one line a longer run would push what follows out of sight. */
const longRun = / {9,}/g;

/** Line feeds stay, tabs become spaces. */
export function reveal(text: string): string {
  if (plain.test(text)) return text;
  made ??= makePatterns();
  return text.replaceAll('\t', '    ').replace(made.hidden, signOf).replace(made.blanks, '␣');
}

/** As `reveal`, on one line. Of a text longer than `most` characters the beginning is shown, and that it goes on. */
export function revealLine(text: string, most = Number.POSITIVE_INFINITY): string {
  const isCut = text.length > most;
  const line = reveal((isCut ? text.slice(0, most) : text).replace(/^[ \n]+|[ \n]+$/g, ''))
    .replace(/ *\n[ \n]*/g, ' ␊ ')
    .replace(longRun, run => ` [${run.length} spaces] `);
  return isCut ? `${line}…` : line;
}

/** Controls have pictures in Unicode. */
function signOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x0a) return character;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '\ufffd';
}
