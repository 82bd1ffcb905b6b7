/**
 * The text that the mock model streams: markdown as models write it (paragraphs, inline code, lists, a code block now and
 * then), the same in every run, cut into deltas of 40 characters.
 */
export const deltaLength = 40;

const words = (
  'the loop reads a file and asks whether its caller may change it before the reply is whole so that nothing starts ' +
  'twice while another agent waits for mail from below and the budget of the root still holds'
).split(' ');

function sentence(seed: number): string {
  const length = 9 + (seed % 7);
  const picked = Array.from({length}, (_, index) => words[(seed * 7 + index * 5) % words.length] ?? 'loop');
  if (seed % 3 === 0) picked[4] = `\`${picked[4]}()\``;
  if (seed % 5 === 0) picked[2] = `**${picked[2]}**`;
  const text = picked.join(' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const paragraph = (seed: number): string => [0, 1, 2, 3].map(index => sentence(seed + index)).join(' ');
const list = (seed: number): string => [0, 1, 2].map(index => `- ${sentence(seed + index)}`).join('\n');
const code = (seed: number): string =>
  `\`\`\`ts\nexport function step${seed}(limit: number): string {\n  // Counts from ${seed}.\n  return 'step' + limit;\n}\n\`\`\``;

function* blocks(): Generator<string> {
  for (let seed = 1; ; seed += 1) {
    if (seed % 10 === 0) yield code(seed);
    else yield seed % 4 === 0 ? list(seed) : paragraph(seed);
  }
}

/** The deltas of an answer; the last one is `ending` in a paragraph of its own. */
export function proseDeltas(count: number, ending: string): readonly string[] {
  let text = '';
  for (const block of blocks()) {
    text += `${block}\n\n`;
    if (text.length >= count * deltaLength) break;
  }
  const deltas = Array.from({length: count - 1}, (_, index) =>
    text.slice(index * deltaLength, (index + 1) * deltaLength),
  );
  // A code block that the cut left open is closed, so that the ending stands in plain text.
  const isOpen = deltas.join('').split('```').length % 2 === 0;
  return [...deltas, `${isOpen ? '\n```' : ''}\n\n${ending}`];
}
