/** A page as text: HTML as Markdown, other text as it is, in whatever characters it is written. */
import TurndownService from 'turndown';
import {ToolError} from '../../core/errors.js';

export interface Page {
  readonly contentType: string;
  readonly body: Buffer;
}

const textual = /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml|yaml|javascript|toml|x-sh|sql|graphql)\b)/i;
const hypertext = /^(?:text\/html|application\/xhtml\+xml)\b/i;

/** What is there for the eye or for scripts only. */
const dropped = [
  'script',
  'style',
  'noscript',
  'iframe',
  'template',
  'svg',
  'canvas',
  'object',
  'head',
  'title',
] as const;
/** Parsing more takes seconds, and nothing else is done meanwhile. */
const mostHtml = 400_000;
/** Elements within elements, as no person writes them; parsing them takes its time with the square of their number. */
const deepest = 500;

/** Throws `ToolError` for what is no text. */
export function toText({contentType, body}: Page): string {
  const type = contentType === '' ? guessed(body) : contentType;
  if (!textual.test(type)) {
    throw new ToolError(
      `It is no text but ${type.split(';')[0]}, ${body.length} bytes. Download it with Bash if you need it.`,
    );
  }
  const text = decode(body, type);
  return hypertext.test(type) ? toMarkdown(text) : text;
}

const guessed = (body: Buffer): string => {
  if (body.includes(0)) return 'application/octet-stream';
  return /^\s*<(?:!doctype html|html)/i.test(body.toString('latin1', 0, 200)) ? 'text/html' : 'text/plain';
};

/** What 0x80 to 0x9f are in windows-1252: Node 20 takes them for controls. */
const western = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function decode(body: Buffer, type: string): string {
  const head = body.toString('latin1', 0, 2_048);
  const meta = hypertext.test(type) ? /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1] : undefined;
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(type)?.[1] ?? meta ?? 'utf-8';
  try {
    const decoder = new TextDecoder(charset);
    const text = decoder.decode(body);
    return decoder.encoding === 'windows-1252'
      ? text.replace(/[\x80-\x9f]/g, letter => western.charAt(letter.charCodeAt(0) - 0x80))
      : text;
  } catch {
    return new TextDecoder().decode(body);
  }
}

function toMarkdown(html: string): string {
  const shown = withoutDropped(html).slice(0, mostHtml);
  if (depthOf(shown) > deepest) return toPlain(shown);
  const service = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
    hr: '---',
  });
  service.remove([...dropped] as TurndownService.Filter);
  // Addresses of pictures are long and show nothing.
  service.addRule('picture', {filter: 'img', replacement: (_, node) => altOf(node)});
  return service.turndown(shown).replace(/\n{3,}/g, '\n\n');
}

const toPlain = (html: string): string => html.replace(/<[^<>]*>/g, ' ');

/** Most of many pages: out before anything is parsed. */
function withoutDropped(html: string): string {
  const pairs = [
    ['<!--', '-->'],
    ...['script', 'style', 'svg', 'noscript', 'template'].map(name => [`<${name}`, `</${name}`]),
  ];
  return pairs.reduce((rest, [open = '', close = '']) => without(rest, open, close), html);
}

function without(html: string, open: string, close: string): string {
  const letters = html.toLowerCase();
  const kept: string[] = [];
  let at = 0;
  for (let start = letters.indexOf(open); start >= 0; start = letters.indexOf(open, at)) {
    kept.push(html.slice(at, start));
    const end = letters.indexOf(close, start);
    at = end < 0 ? html.length : end + close.length;
    if (close.startsWith('</')) at = end < 0 ? at : letters.indexOf('>', at) + 1 || html.length;
  }
  return kept.length === 0 ? html : kept.join('') + html.slice(at);
}

/** Elements that end by themselves. */
const flat = new Set(
  'area base br col dd dt embed hr img input li link meta option p param source tbody td tfoot th thead tr track wbr'.split(
    ' ',
  ),
);

/** How deep elements lie within each other, at most. */
function depthOf(html: string): number {
  let [depth, most] = [0, 0];
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9-]*)/gi)) {
    if (flat.has(name.toLowerCase())) continue;
    depth = Math.max(0, depth + (slash === '/' ? -1 : 1));
    most = Math.max(most, depth);
  }
  return most;
}

function altOf(node: {getAttribute?(name: string): string | null}): string {
  const alt = node.getAttribute?.('alt')?.trim() ?? '';
  return alt === '' ? '' : `[picture: ${alt}]`;
}
