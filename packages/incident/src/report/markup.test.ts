import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { code, escaped, LONGEST_SHOWN, markup, outside, table } from './markup.ts';

describe('escaped', () => {
  it.each([
    ['<script>', '&#60;script&#62;'],
    ['" onload="x', '&#34; onload=&#34;x'],
    ['a\nb\r\nc', 'a ↵ b ↵ c'],
    ['\u202Egnp.exe', '&#92;u&#123;202e&#125;gnp.exe'],
    ['a\u0000b\u200Bc\uFEFFd', 'a&#92;u&#123;0000&#125;b&#92;u&#123;200b&#125;c&#92;u&#123;feff&#125;d'],
    ['half \uD800 pair', 'half \uFFFD pair'],
    ['$(reboot) `id` ../../', '&#36;(reboot) &#96;id&#96; ../../'],
    ['a\u0301\u0301\u0301', 'a\u0301\u0301&#92;u&#123;0301&#125;'],
    ['שלום, 世界', 'שלום, 世界'],
  ])('writes %j as %j', (text, shown) => {
    expect(escaped(text)).toBe(shown);
  });

  it('leaves no character with a meaning, and none that cannot be seen, of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escaped(text)).not.toMatch(/[<>"'`$|\\{}\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(escaped(text).replaceAll(/&#\d+;/g, '')).not.toContain('&');
      }),
    );
  });
});

describe('markup', () => {
  it('escapes text, keeps markup, joins lists and leaves nothing out of nothing', () => {
    expect(markup`<p class="${'a"b'}">${[markup`<b>${'<'}</b>`, undefined, 3]}</p>`.html).toBe(
      '<p class="a&#34;b"><b>&#60;</b>3</p>',
    );
  });
});

describe('outside', () => {
  it('isolates text, and says how much of a long one it leaves out, never in the middle of a pair', () => {
    expect(outside('abc').html).toBe('<bdi>abc</bdi>');
    expect(outside('\u{1F600}'.repeat(5), 3).html).toContain(`<bdi>${'\u{1F600}'.repeat(3)}</bdi>`);
    expect(outside('x'.repeat(LONGEST_SHOWN + 7)).html).toContain('(7 more characters)');
    expect(code('x'.repeat(LONGEST_SHOWN + 7)).html).toContain('(7 more characters)');
  });
});

describe('table', () => {
  it('has headings for columns and rows, and each cell says its column', () => {
    const { html } = table('t', ['a', 'b'], [['1', '2']]);
    expect(html).toMatch(/<caption>\s*t\s*<\/caption>/);
    expect(html).toContain('<th scope="col">a</th>');
    expect(html).toMatch(/<th scope="row">1<\/th>/);
    expect(html).toMatch(/<td data-label="b">2<\/td>/);
  });
});
