/** Markdown inside a block, as styled spans: emphasis, code, links, line breaks. */
import type {Token} from 'marked';
import type {Theme} from '../theme.js';
import {clean} from './clean.js';
import {decodeEntities} from './entities.js';
import {both, type Span} from './styled.js';

/** Only these become terminal links; any other address is just shown. */
const linkable = /^(?:https?|mailto|file):[\x21-\x7e]+$/i;

export function toSpans(tokens: readonly Token[], theme: Theme, style = ''): Span[] {
  return tokens.flatMap(token => tokenSpans(token, theme, style));
}

function tokenSpans(token: Token, theme: Theme, style: string): Span[] {
  const {styles} = theme;
  const nested = (inner: string): Span[] =>
    'tokens' in token && token.tokens ? toSpans(token.tokens, theme, both(style, inner)) : [];
  switch (token.type) {
    case 'strong':
      return nested(styles.bold);
    case 'em':
      return nested(styles.italic);
    case 'del':
      return nested(styles.strike);
    case 'codespan':
      return [{text: clean(token.text), style: both(style, styles.code)}];
    case 'br':
      return [{text: '\n', style}];
    case 'link':
      return linkSpans(prose(token.href), nested(styles.underline), theme, style);
    case 'image':
      return [{text: prose(`[image: ${token.text || token.href}]`), style: both(style, styles.dim)}];
    case 'checkbox':
      return [];
    case 'text':
      return 'tokens' in token && token.tokens ? nested('') : [{text: prose(token.text), style}];
    case 'escape':
      return [{text: clean(token.text), style}];
    default:
      return [{text: clean('text' in token ? token.text : token.raw), style}];
  }
}

/** Decoded first: an entity is not to bring in what would steer the terminal. */
const prose = (text: string): string => clean(decodeEntities(text));

function linkSpans(address: string, label: Span[], theme: Theme, style: string): Span[] {
  const isBare = label.map(({text}) => text).join('') === address.replace(/^mailto:/, '');
  const isLink = linkable.test(address) && theme.links;
  const shown = isLink ? label.map(piece => ({...piece, link: address})) : label;
  return isBare || isLink ? shown : [...shown, {text: ` (${address})`, style: both(style, theme.styles.dim)}];
}
