import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../canonical-json.ts';
import { keyFingerprint } from '../signed-entry.ts';
import { sealedExport } from './sealed-export.fixture.ts';
import { bytesOf, KEY, other, put, signer, sound, tamperings } from './tamperings.fixture.ts';
import { verifyExport } from './verify-export.ts';

const trusted = { keyFingerprint: keyFingerprint(signer.der) };

describe('verifyExport', () => {
  it('verifies a sound export whose key is known, and counts what it checked', () => {
    expect(verifyExport(sound, trusted)).toEqual({
      status: 'verified',
      incidentId: 'inc-1',
      keyFingerprint: trusted.keyFingerprint,
      checked: { files: 12, entries: 7, signatures: 8, objects: 2, snapshots: 1, blockManifests: 0 },
      keeping: { entries: 0, until: null, end: 'not-shown' },
      disposed: null,
      problems: [],
    });
  });

  it('takes a fingerprint as people write it', () => {
    const pairs = trusted.keyFingerprint.toUpperCase().match(/../g) ?? [];
    expect(verifyExport(sound, { keyFingerprint: ` ${pairs.join(':')}\n` }).status).toBe('verified');
  });

  it('says that it does not know the signer when no fingerprint is given', () => {
    expect(verifyExport(sound, {}).status).toBe('consistent-signer-unknown');
  });

  it.each(['', 'abc', trusted.keyFingerprint.slice(1)])('is broken for %j as fingerprint', (wanted) => {
    const { status, problems } = verifyExport(sound, { keyFingerprint: wanted });
    expect(status).toBe('broken');
    expect(problems).toMatchObject([{ file: KEY, problem: expect.stringMatching(/wanted 64 hexadecimal/) }]);
  });

  it('cannot tell an export signed again by another key without the fingerprint, and shows the other key', () => {
    const { status, keyFingerprint: shown } = verifyExport(sealedExport(other), {});
    expect(status).toBe('consistent-signer-unknown');
    expect(shown).toBe(keyFingerprint(other.der));
  });

  it.each(tamperings)('finds and names: $name', ({ tamper, finds }) => {
    const files = new Map(sound);
    tamper(files);
    const { status, problems } = verifyExport(files, trusted);
    expect(status).toBe('broken');
    for (const [file, problem] of finds)
      expect(problems).toContainEqual({
        file,
        problem: expect.stringMatching(problem),
        hint: expect.stringMatching(/./),
      });
  });

  it('accuses a changed object alone, and nothing that is sound', () => {
    const files = new Map(sound);
    put(files, 'objects/memory.raw', 'x');
    expect(verifyExport(files, trusted).problems.map(({ file }) => file)).toEqual(['objects/memory.raw']);
  });

  it('writes nothing but printable ASCII, whatever the folder holds', () => {
    const files = new Map(sound);
    put(files, `\u001b]0;x\u0007\u202e${'a'.repeat(9999)}`, 'x');
    const rows = verifyExport(files, trusted).problems;
    expect(rows).toHaveLength(1);
    expect(canonicalJson(rows)).toMatch(/^[ -~]{1,1500}$/);
  });

  it('has a row for an empty folder, not an exception', () => {
    expect(verifyExport(new Map(), trusted)).toMatchObject({ status: 'broken', incidentId: null });
  });

  it('finds every single changed byte, and names the file it is in', () => {
    const bytes = [...sound].map(([path, content]) => [path, content.length] as const);
    const place = fc.constantFrom(...bytes).chain(([path, length]) =>
      fc.record({
        path: fc.constant(path),
        at: fc.nat(length - 1),
        flip: fc.integer({ min: 1, max: 255 }),
      }),
    );
    fc.assert(
      fc.property(place, ({ path, at, flip }) => {
        const changed = Uint8Array.from(bytesOf(sound, path));
        changed[at] = (changed[at] ?? 0) ^ flip;
        const files = new Map(sound).set(path, changed);
        expect(verifyExport(files, {}).status).toBe('broken');
        const { status, problems } = verifyExport(files, trusted);
        expect(status).toBe('broken');
        expect(problems.map(({ file }) => file)).toContain(path);
      }),
      { numRuns: 400 },
    );
  });

  it('finds any loss, swap or cut, and never throws on random files', () => {
    const paths = [...sound.keys()];
    const junk = fc.oneof(
      fc.uint8Array(),
      fc.json().map((json) => Uint8Array.from(Buffer.from(json))),
    );
    const name = fc.oneof(fc.constantFrom(...paths), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.subarray(paths), fc.array(fc.tuple(name, junk), { maxLength: 3 }), (lost, added) => {
        fc.pre(lost.length + added.length > 0);
        const files = new Map(sound);
        for (const path of lost) files.delete(path);
        for (const [path, bytes] of added) files.set(path, bytes);
        expect(verifyExport(files, trusted).status).toBe('broken');
      }),
      { numRuns: 150 },
    );
  });

  it('never throws, and is broken, when any value of any form is replaced by an odd one', () => {
    const forms = [...sound.keys()].filter((path) => /^[^/]*json$|^custody/.test(path));
    const odd = fc.constantFrom(
      'null',
      '-1',
      '1e21',
      '999999',
      '""',
      '[]',
      '{}',
      '"../x"',
      '"\\ud800"',
      '"0"',
      '[[]]',
    );
    const value = /(?<=:)("(\\.|[^"\\])*"|\d+|null)/g;
    fc.assert(
      fc.property(fc.constantFrom(...forms), fc.nat(), odd, (path, at, replacement) => {
        const text = new TextDecoder().decode(bytesOf(sound, path));
        const found = [...text.matchAll(value)];
        const hit = found[at % found.length];
        fc.pre(hit !== undefined && hit[0] !== replacement);
        const files = new Map(sound);
        put(
          files,
          path,
          text.slice(0, hit?.index) + replacement + text.slice((hit?.index ?? 0) + (hit?.[0].length ?? 0)),
        );
        expect(verifyExport(files, trusted).problems.map(({ file }) => file)).toContain(path);
      }),
      { numRuns: 300 },
    );
  });
});
