/** A conversation as one HTML file that needs nothing beside it, and in which nothing that was said can run. */
import {toPlainText} from '../../platform/plain-text.js';
import type {AgentPart, CallPart, Conversation, Part, Speaker} from './conversation.js';
import {factsOf} from './markdown.js';

/** Nothing is fetched and nothing runs, also if an escape were forgotten. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const style = `
:root { color-scheme: light dark; --dim: #6b7280; --line: #8884; --soft: #8881; --accent: #0e7490 }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; color: var(--dim); font-size: .9rem }
dd { margin: 0; overflow-wrap: anywhere }
.said { white-space: pre-wrap; overflow-wrap: anywhere; margin: 1rem 0 }
.person { border-left: 3px solid var(--accent); padding-left: .8rem }
.thought, .mail, .note { color: var(--dim); font-size: .9rem; border-left: 3px solid var(--line); padding-left: .8rem }
.by { display: block; font-size: .75rem; color: var(--dim) }
details { margin: .4rem 0; border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .7rem }
summary { cursor: pointer; font: .85rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
.failed > summary, .denied > summary, .interrupted > summary { color: #b91c1c }
pre { background: var(--soft); padding: .6rem; border-radius: .3rem; overflow: auto; font: .82rem/1.45 ui-monospace, monospace }
.agent { border-left: 3px solid var(--line); padding-left: .8rem }
img { max-width: 100% }
`;

const names: Readonly<Record<Speaker, string>> = {
  person: 'you',
  model: 'agent',
  thought: 'thinking',
  mail: 'message',
  note: 'note',
};

export function toHtml(conversation: Conversation): string {
  const {title, parts, strays} = conversation;
  const facts = factsOf(conversation).map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<dl>${facts.join('')}</dl>
${parts.map(toElement).join('\n')}
${strays.map(toSection).join('\n')}
</body>
</html>
`;
}

function toElement(part: Part): string {
  switch (part.type) {
    case 'said':
      return `<div class="said ${part.by}"><span class="by">${names[part.by]}</span>${escaped(part.text)}</div>`;
    case 'image':
      return imageElement(part);
    case 'call':
      return callElement(part);
    default:
      return part satisfies never;
  }
}

function callElement({tool, title, summary, outcome, input, result, images, agent}: CallPart): string {
  const head = [tool, title, summary === '' ? '' : `→ ${summary}`, outcome === 'ok' ? '' : `(${outcome})`];
  const body = [
    `<pre>${escaped(JSON.stringify(input, null, 2) ?? '')}</pre>`,
    ...(result === '' ? [] : [`<pre>${escaped(result)}</pre>`]),
    ...images.map(imageElement),
    ...(agent ? [toSection(agent)] : []),
  ];
  const summaryLine = escaped(head.filter(word => word !== '').join(' '));
  return `<details class="${outcome}"><summary>${summaryLine}</summary>\n${body.join('\n')}\n</details>`;
}

const toSection = ({id, kind, parts}: AgentPart): string =>
  `<section class="agent"><h2>Agent ${escaped(kind === null ? id : `${id}, ${kind}`)}</h2>\n${parts.map(toElement).join('\n')}\n</section>`;

/** Of those that a browser draws; anything else is named. */
function imageElement({mediaType, data}: Extract<Part, {type: 'image'}>): string {
  const isDrawn = /^image\/(png|jpeg|gif|webp)$/.test(mediaType) && /^[A-Za-z0-9+/=\s]*$/.test(data);
  return isDrawn ? `<img alt="" src="data:${mediaType};base64,${data}">` : `<p>[an image, ${escaped(mediaType)}]</p>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters have no place in HTML. */
const escaped = (text: string): string => toPlainText(text).replace(/[&<>"']/g, sign => entities[sign] ?? sign);
