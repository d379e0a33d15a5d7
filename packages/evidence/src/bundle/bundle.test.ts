import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keyFingerprint } from '../signed-entry.ts';
import { sealedExport, testSigner } from '../verify/sealed-export.fixture.ts';
import { buildBundle, bundlePaths, isBundle, verifyBundle } from './bundle.ts';

const signer = testSigner();
const trusted = { keyFingerprint: keyFingerprint(signer.der) };
const ledgers = new Map(
  ['inc-1', 'inc-1-r1'].map((incidentId) => [
    incidentId,
    sealedExport(signer, { incidentId, version2From: 1 }),
  ]),
);
const sound = buildBundle(ledgers);

const work = mkdtempSync(join(tmpdir(), 'cordon-bundle-'));
afterAll(() => rmSync(work, { recursive: true }));

describe('a bundle', () => {
  it('holds each ledger as it is, verifies, and is the same for the same evidence', () => {
    expect(isBundle(sound)).toBe(true);
    expect(verifyBundle(sound, trusted)).toMatchObject({
      status: 'verified',
      keyFingerprint: trusted.keyFingerprint,
      ledgers: [
        { status: 'verified', incidentId: 'inc-1' },
        { status: 'verified', incidentId: 'inc-1-r1' },
      ],
      problems: [],
    });
    expect(verifyBundle(sound, {}).status).toBe('consistent-signer-unknown');
    expect(new Map(buildBundle(ledgers))).toEqual(new Map(sound));
  });

  it.each<readonly [string, (files: Map<string, Uint8Array>) => unknown, string]>([
    ['a page that was changed', (files) => files.set('README.txt', Buffer.from('trust me')), 'README.txt'],
    ['a file that is missing', (files) => files.delete('evidence/inc-1/public-key.der'), 'public-key.der'],
    [
      'a file that was added',
      (files) => files.set('evidence/inc-1/notes.txt', Buffer.from('x')),
      'notes.txt',
    ],
    [
      'a ledger that was slipped in',
      (files) => files.set('evidence/inc-9/manifest.json', Buffer.from('{}')),
      'inc-9',
    ],
    ['an index that is none', (files) => files.set('bundle.json', Buffer.from('{}')), 'bundle.json'],
    [
      'a ledger struck from the index',
      (files) => {
        const index = JSON.parse(Buffer.from(files.get('bundle.json') ?? []).toString('utf8'));
        files.set('bundle.json', Buffer.from(JSON.stringify({ ...index, ledgers: ['inc-1'] })));
      },
      'evidence/inc-1-r1/manifest.json',
    ],
  ])('is broken by %s', (_, change, file) => {
    const files = new Map(sound);
    change(files);
    const { status, problems } = verifyBundle(files, trusted);
    expect(status).toBe('broken');
    expect(problems.map((one) => one.file).join('\n')).toContain(file);
  });

  it('is broken by an entry that was changed, with its index made to fit', () => {
    const path = `${bundlePaths.ledger('inc-1')}custody/000002.json`;
    const changed = new Map(ledgers.get('inc-1') ?? []);
    changed.set('custody/000002.json', changed.get('custody/000003.json') ?? new Uint8Array());
    expect(() => buildBundle(new Map([['inc-1', changed]]))).toThrow(
      /does not verify: custody\/000002\.json/,
    );
    expect(sound.has(path)).toBe(true);
  });

  it('is not made of ledgers of two keys, nor under a name that is not theirs', () => {
    const other = sealedExport(testSigner(), { incidentId: 'inc-2' });
    expect(() => buildBundle(new Map([...ledgers, ['inc-2', other]]))).toThrow(/name 2 keys/);
    expect(() => buildBundle(new Map([['inc-3', other]]))).toThrow(/does not verify/);
  });

  it('can be checked without Cordon, by the commands of its page', () => {
    for (const [path, bytes] of sound) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), bytes);
    }
    const page = Buffer.from(sound.get('README.txt') ?? []).toString('utf8');
    const commands = page
      .split('\n')
      .filter((line) => /^ {2}(cd|sha256sum|openssl|f=|jq|t=|\{ printf)/.test(line))
      // The container of the tests has no jq: node reads the same member.
      .map((line) =>
        line.replaceAll(
          /jq -r "?(\.[\w.[\]]+)"? \$f/g,
          (_all, member: string) =>
            `node -p 'JSON.parse(require("fs").readFileSync(process.argv[1]))${member}' $f`,
        ),
      );
    const said = execFileSync('bash', ['-euc', commands.join('\n')], { cwd: work, encoding: 'utf8' });
    expect(said).toContain('Verified OK');
    expect(said).toContain(trusted.keyFingerprint);
  });
});
