import {describe, expect, it} from 'vitest';
import {decodeEntities} from '../../../src/ui/text/entities.js';

describe('entities', () => {
  it.each([
    ['&lt;div&gt; &amp; &copy;', '<div> & ©'],
    ['&#169; &#xA9; &#Xa9; &#128512;', '© © © 😀'],
    ['&rarr; &rArr;', '→ ⇒'],
    ['&amp;lt;', '&lt;'],
    ['AT&T, a && b, &lt, &nosuch; &toString; &;', 'AT&T, a && b, &lt, &nosuch; &toString; &;'],
    ['&#0; &#xD800; &#x110000;', '\ufffd \ufffd \ufffd'],
  ])('in %j are %j', (text, decoded) => {
    expect(decodeEntities(text)).toBe(decoded);
  });
});
