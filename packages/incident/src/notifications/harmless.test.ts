import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmless } from './harmless.ts';

describe('text from outside', () => {
  it.each([
    ['<!channel> look', '(!channel) look'],
    ['<@U012AB3CD> and @here', '((at)U012AB3CD) and (at)here'],
    ['<https://evil.example|your bank>', '(https[:]//evil[.]example/your bank)'],
    ['[click](https://evil.example)', '(click)(https[:]//evil[.]example)'],
    ['see evil.example/x or www.evil.example', 'see evil[.]example/x or www[.]evil[.]example'],
    // Full-width signs and dots are the signs that they stand for.
    ['＠channel evil．example evil。example', '(at)channel evil[.]example evil[.]example'],
    ['*bold* _sly_ ~gone~ `code`', "?bold? -sly- -gone- 'code'"],
    ['one\r\n\n## two\u2028three', 'one ?? two three'],
    ['a\u202Egnp.exe', 'a?gnp[.]exe'],
    ['zero\u200Bwidth \u0007bell', 'zero?width ?bell'],
    ['<script>&amp;</script>', '(script)+amp;(/script)'],
    ['half \uD800 pair', 'half � pair'],
    ['o\u0335\u0336\u0337\u0338 heap', 'o\u0335\u0336 heap'],
  ])('%j is shown as %j', (text, shown) => {
    expect(harmless(text, 200)).toBe(shown);
  });

  it.each([
    'arn:aws:ec2:eu-west-1:602011160021:instance/i-0123456789abcdef0',
    'inc-0123456789abcdef0123',
    '192.0.2.17',
    '2026-11-22T03:04:05.000Z',
    "AWSReservedSSO_CordonOperators of 'somebody'",
  ])('leaves %j as it is', (text) => {
    expect(harmless(text, 200)).toBe(text);
  });

  it('is clipped by characters, whatever it is', () => {
    expect(harmless('x'.repeat(1_000_000), 10)).toBe('xxxxxxx...');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const shown = harmless(text, 100);
        expect(Array.from(shown).length).toBeLessThanOrEqual(100);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}<>@|`*~#&\\]|:\s?\/|\p{L}\.\p{L}/u);
      }),
    );
  });
});
