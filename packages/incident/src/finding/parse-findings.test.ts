import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFindings } from './parse-findings.ts';

function fixtureText(name: string): string {
  return readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8');
}

function summary(text: string): readonly string[] {
  return parseFindings(text).findings.map((one) =>
    one.status === 'parsed' ? one.finding.id.slice(0, 2) : `${one.status} ${one.because.code}`,
  );
}

const c2 = fixtureText('c2-dns-event');
const tor = fixtureText('tor-client-pascal-case');
const oneLine = (text: string) => JSON.stringify(JSON.parse(text));
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('parseFindings', () => {
  it.each([
    ['one event over many lines', c2, ['a1']],
    ['a byte order mark', `\uFEFF${c2}`, ['a1']],
    ['a list', `[${c2},${tor}]`, ['a1', 'a2']],
    ['GetFindings', `{"Findings":[${tor},${tor}]}`, ['a2', 'a2']],
    ['the API itself', `{"findings":[${c2}]}`, ['a1']],
    ['lines', `${oneLine(c2)}\r\n\n${oneLine(tor)}\n`, ['a1', 'a2']],
    ['no findings', '[]', []],
    ['no findings of GetFindings', '{"Findings":[]}', []],
  ])('reads %s', (_name, text, expected) => {
    expect(summary(text)).toEqual(expected);
  });

  it.each([
    ['nothing', ' \n', ['set-aside empty']],
    ['no JSON', 'hello\nworld', ['set-aside not-json']],
    ['a broken document', c2.slice(0, -40), ['set-aside not-json']],
    [
      'one broken line among good ones',
      `${oneLine(c2)}\n{"id":\n${oneLine(tor)}`,
      ['a1', 'set-aside not-json', 'a2'],
    ],
    ['a number', '5', ['set-aside unknown-shape']],
    ['things among findings', `[${c2},7,null]`, ['a1', 'set-aside unknown-shape', 'set-aside unknown-shape']],
    ['an empty object', '{}', ['set-aside unknown-schema-version']],
    [
      'keys of the prototype',
      '{"__proto__":{"accountId":"x"},"constructor":1}',
      ['set-aside unknown-schema-version'],
    ],
    ['nesting within a finding', `{"schemaVersion":"2.0","x":${nested(100)}}`, ['set-aside too-deep']],
    ['nesting beyond the stack', `[{"x":${nested(200_000)}}]`, ['set-aside too-deep']],
    ['too many', `[${'1,'.repeat(1000)}1]`, ['set-aside too-many']],
  ])('sets aside and never drops: %s', (_name, text, expected) => {
    expect(summary(text)).toEqual(expected);
  });

  it('sets aside a text that is too long, without reading it', () => {
    expect(summary(`"${'x'.repeat(8 * 1024 * 1024)}"`)).toEqual(['set-aside too-large']);
  });

  it('keeps the text of an event that came alone as it was, odd numbers and all', () => {
    const text = `{"schemaVersion":"2.0","id":"x","big":12345678901234567890.10}`;
    expect(parseFindings(text).findings.map((one) => one.raw)).toEqual([text]);
    expect(parseFindings(`${text}\n${text} `).findings.map((one) => one.raw)).toEqual([text, text]);
  });

  it('keeps the whole text when a part is nested too deep to be written again', () => {
    const text = `[{"x":${nested(200_000)}}]`;
    expect(parseFindings(text).findings.map((one) => one.raw.length)).toEqual([text.length]);
  });

  it('never throws and always accounts for a text, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.json().map((text) => `${text}\n${text}`),
        ),
        (text) => {
          const { findings } = parseFindings(text);
          expect(findings.every((one) => one.status !== 'parsed' && one.because.hint !== '')).toBe(true);
          expect(findings.length > 0 || /^\s*(\[\s*\]\s*)+$|"[fF]indings"/.test(text)).toBe(true);
        },
      ),
    );
  });

  it('never throws on a finding with any one part replaced by anything', () => {
    const event: { detail: Record<string, unknown> } = JSON.parse(c2);
    const parts = ['resource', 'service', ...Object.keys(event.detail)];
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.jsonValue(), (part, value) => {
        const text = JSON.stringify({ ...event, detail: { ...event.detail, [part]: value } });
        const [only, ...others] = parseFindings(text).findings;
        expect(others).toEqual([]);
        expect(only?.raw).toBe(text);
      }),
    );
  });

  it('never lets a message carry characters that mean something to a shell, HTML or a terminal', () => {
    const event: { detail: Record<string, unknown> } = JSON.parse(c2);
    const parts = ['accountId', 'id', 'type', 'region', 'partition', 'schemaVersion'];
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.string({ unit: 'binary' }), (part, value) => {
        const text = JSON.stringify({ ...event, detail: { ...event.detail, [part]: value } });
        const messages = parseFindings(text).findings.map((one) =>
          one.status === 'parsed' ? '' : one.because.message,
        );
        expect(messages.join('')).toMatch(/^[A-Za-z0-9 '_.:;/+=@,()?!&-]*$/);
      }),
    );
  });
});
