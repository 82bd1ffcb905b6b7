/**
 * Whether an awk program stays with the text it is given: no command is run and no file is opened from within. Only what is
 * recognised as a whole counts.
 */

/** Longer programs are not read. */
const maximumLength = 2_000;

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
