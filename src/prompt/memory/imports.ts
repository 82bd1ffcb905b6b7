/** What a file of instructions brings in: `@path` in its text, but not in its code. */

/** A fence and all up to its like, or up to the end. A fence is taken whole: else a long one would be tried at every length. */
const fenced = /^ {0,3}(`{3,}(?!`)|~{3,}(?!~))[^\n]*\n[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*$|(?![\s\S]))/gm;
const comment = /<!--[\s\S]*?(?:-->|(?![\s\S]))/g;
const reference = /(?:^|[\s([])@((?:\\ |[^\s\\])+)/g;
/** What ends a sentence, or closes what the reference stands in, is not its own. */
const trailing = new Set('.,;:!?)]}\'"*_>');

/** The paths as they are written, each once. */
export function importsOf(text: string): readonly string[] {
  const prose = withoutSpans(text.replace(fenced, ' ').replace(comment, ' '));
  const paths = [...prose.matchAll(reference)].map(([, path = '']) => toPath(path));
  return [...new Set(paths.filter(path => path !== ''))];
}

function toPath(written: string): string {
  const path = written.replace(/#.*$/, '').replaceAll('\\ ', ' ');
  let end = path.length;
  while (trailing.has(path[end - 1] ?? '')) end -= 1;
  return path.slice(0, end);
}

/** Spans of code are closed by as many backticks as opened them, in the same paragraph. */
function withoutSpans(text: string): string {
  const runs = [...text.matchAll(/`+|\n\s*\n/g)].map(({0: run, index}) => ({run, index}));
  /** For each run the next one like it. A search for every one would take its time with the square of their number. */
  const closers: (number | undefined)[] = [];
  let later = new Map<string, number>();
  for (const [at, {run}] of [...runs.entries()].toReversed()) {
    if (run.startsWith('\n')) later = new Map();
    else {
      closers[at] = later.get(run);
      later.set(run, at);
    }
  }
  const prose: string[] = [];
  let end = 0;
  for (let at = 0; at < runs.length; at += 1) {
    const [opener, closer] = [runs[at], runs[closers[at] ?? -1]];
    if (opener === undefined || closer === undefined) continue;
    prose.push(text.slice(end, opener.index));
    end = closer.index + closer.run.length;
    at = closers[at] ?? at;
  }
  return [...prose, text.slice(end)].join(' ');
}

/** Whether it is meant as a file for certain: names of people and of packages begin with that sign as well. */
export const isCertainImport = (written: string): boolean =>
  /^(?:\.{1,2}|~)?\//.test(written) || /\.(?:md|mdx|txt)$/i.test(written);
