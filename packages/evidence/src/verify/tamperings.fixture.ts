import { generateKeyPairSync } from 'node:crypto';
import type { Manifest } from '../manifest.ts';
import { SignedEntry } from '../signed-entry.ts';
import { encode, sealedExport, signEntry, testSigner } from './sealed-export.fixture.ts';

type Files = Map<string, Uint8Array>;

/** Signs the sound export, and is the key that the verifier trusts. */
export const signer = testSigner();
/** A key that the verifier does not trust. */
export const other = testSigner();
/** An export with nothing wrong. */
export const sound: ReadonlyMap<string, Uint8Array> = sealedExport(signer);
const foreign = sealedExport(signer, { incidentId: 'inc-2' });

export const bytesOf = (files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array => {
  const bytes = files.get(path);
  if (bytes === undefined) throw new Error(`the fixture has no ${path}`);
  return bytes;
};
const textOf = (files: ReadonlyMap<string, Uint8Array>, path: string): string =>
  new TextDecoder().decode(bytesOf(files, path));
const entryIn = (files: ReadonlyMap<string, Uint8Array>, path: string): SignedEntry =>
  SignedEntry.parse(JSON.parse(textOf(files, path)));
export const put = (files: Files, path: string, text: string): void =>
  void files.set(path, new TextEncoder().encode(text));
const replaceIn = (files: Files, path: string, [from, to]: readonly [string | RegExp, string]): void => {
  const text = textOf(files, path);
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${path} does not hold ${String(from)}`);
  put(files, path, changed);
};
const move = (files: Files, from: string, to: string): void => {
  files.set(to, bytesOf(files, from));
  files.delete(from);
};
const replaceEntry = (files: Files, path: string, change: (signed: SignedEntry) => unknown): void =>
  void files.set(path, encode(change(entryIn(files, path))));

const E3 = 'custody/000003.json';
const E4 = 'custody/000004.json';
const E5 = 'custody/000005.json';
const SEAL = 'custody/000007.json';
const MANIFEST = 'manifest.json';
const SIGNATURE = 'manifest.signature.json';
export const KEY = 'public-key.der';

/** One way to tamper with an export, and the rows that must name it: file, and what its problem says. */
type Tampering = {
  readonly name: string;
  readonly tamper: (files: Files) => void;
  readonly finds: readonly (readonly [file: string, problem: RegExp])[];
};

export const tamperings: readonly Tampering[] = [
  {
    name: 'an object with one byte changed',
    tamper: (files) => put(files, 'objects/memory.raw', '\u0000\u0002memory'),
    finds: [['objects/memory.raw', /object was changed: got 8 bytes/]],
  },
  {
    name: 'an object cut short',
    tamper: (files) => put(files, 'objects/memory.raw', '\u0000'),
    finds: [['objects/memory.raw', /got 1 bytes, the manifest lists 8/]],
  },
  {
    name: 'a missing object',
    tamper: (files) => files.delete('objects/memory.raw'),
    finds: [['objects/memory.raw', /object is missing/]],
  },
  {
    name: 'an extra object',
    tamper: (files) => put(files, 'objects/planted', 'x'),
    finds: [['objects/planted', /lists no such object/]],
  },
  {
    name: 'a renamed object',
    tamper: (files) => move(files, 'objects/memory.raw', 'objects/memory2.raw'),
    finds: [
      ['objects/memory.raw', /missing/],
      ['objects/memory2.raw', /no such object/],
    ],
  },
  {
    name: 'the end of the ledger cut off',
    tamper: (files) => files.delete(SEAL),
    finds: [[SEAL, /entry 7 is missing/]],
  },
  {
    name: 'the last three entries cut off',
    tamper: (files) => [E5, 'custody/000006.json', SEAL].forEach((path) => files.delete(path)),
    finds: [[E5, /entries 5 to 7 are missing/]],
  },
  {
    name: 'an entry removed in the middle',
    tamper: (files) => files.delete(E3),
    finds: [[E3, /entry 3 is missing/]],
  },
  {
    name: 'the first entry removed',
    tamper: (files) => files.delete('custody/000001.json'),
    finds: [['custody/000001.json', /entry 1 is missing/]],
  },
  {
    name: 'an entry removed and the file names closed up',
    tamper: (files) => {
      move(files, E4, E3);
      move(files, E5, E4);
      move(files, 'custody/000006.json', E5);
      move(files, SEAL, 'custody/000006.json');
    },
    finds: [
      [E3, /file name says entry 3, the entry says it is number 4/],
      [E3, /chain breaks/],
      [SEAL, /missing/],
    ],
  },
  {
    name: 'two entries swapped',
    tamper: (files) => {
      move(files, E3, 'held');
      move(files, E4, E3);
      move(files, 'held', E4);
    },
    finds: [
      [E3, /says it is number 4/],
      [E4, /says it is number 3/],
    ],
  },
  {
    name: 'an entry re-numbered inside',
    tamper: (files) => replaceIn(files, E4, ['"sequence":4', '"sequence":5']),
    finds: [
      [E4, /entry was changed after it was signed/],
      [E4, /says it is number 5/],
      [E5, /chain breaks/],
    ],
  },
  {
    name: 'a fact in an entry changed',
    tamper: (files) => replaceIn(files, E4, ['"sizeGiB":8', '"sizeGiB":9']),
    finds: [
      [E4, /entry was changed after it was signed/],
      [E5, /chain breaks/],
    ],
  },
  {
    name: 'an entry rewritten with a fitting digest but no key',
    tamper: (files) =>
      replaceEntry(files, E4, ({ entry, signature }) => ({
        ...signEntry({ ...entry, at: '2026-01-31T02:00:00Z' }, signer),
        signature,
      })),
    finds: [[E4, /signature does not fit the entry/]],
  },
  {
    name: 'a digest changed',
    tamper: (files) => replaceEntry(files, E4, (signed) => ({ ...signed, digest: '0'.repeat(64) })),
    finds: [[E4, /the digest was changed/]],
  },
  {
    name: 'one entry signed by another key',
    tamper: (files) => replaceEntry(files, E4, ({ entry }) => signEntry(entry, other)),
    finds: [
      [E4, /signature does not fit/],
      [E4, /it names key [0-9a-f]{64}, public-key\.der is/],
    ],
  },
  {
    name: 'another key ARN in one signature',
    tamper: (files) => replaceIn(files, E4, ['key/1f0c3a52', 'key/2f0c3a52']),
    finds: [[E4, /it names key arn:.*, the manifest's signer is arn:/]],
  },
  {
    name: 'an entry of another incident mixed in',
    tamper: (files) => files.set(E4, bytesOf(foreign, E4)),
    finds: [
      [E4, /belongs to incident inc-2, this export is of inc-1/],
      [E4, /chain breaks/],
    ],
  },
  {
    name: 'an entry of another incident in place of the seal',
    tamper: (files) => files.set(SEAL, bytesOf(foreign, E5)),
    finds: [[SEAL, /wanted the seal here, got step-reported/]],
  },
  {
    name: "another incident's manifest, rightly signed",
    tamper: (files) => [MANIFEST, SIGNATURE].forEach((path) => files.set(path, bytesOf(foreign, path))),
    finds: [
      [E3, /belongs to incident inc-1, this export is of inc-2/],
      [MANIFEST, /the seal \(custody\/000007\.json\) names/],
      [MANIFEST, /it lists object memory\.raw; the ledger does not/],
    ],
  },
  {
    name: 'an entry after the seal',
    tamper: (files) => files.set('custody/000008.json', bytesOf(files, E5)),
    finds: [['custody/000008.json', /an entry after the seal/]],
  },
  {
    name: 'an item struck from the manifest',
    tamper: (files) => {
      const manifest = JSON.parse(textOf(files, MANIFEST)) as Manifest;
      files.set(MANIFEST, encode({ ...manifest, items: manifest.items.slice(1) }));
    },
    finds: [
      [MANIFEST, /manifest\.signature\.json states manifest digest/],
      [MANIFEST, /the ledger has object context\/instance\.json; it does not/],
      [MANIFEST, /its digest is/],
    ],
  },
  {
    name: 'another suspect in the manifest',
    tamper: (files) => replaceIn(files, MANIFEST, ['111111111111', '111111111112']),
    finds: [[MANIFEST, /its account is 111111111112, the ledger opens with 111111111111/]],
  },
  {
    name: "the manifest's digest beside its signature changed",
    tamper: (files) =>
      replaceIn(files, SIGNATURE, [/"manifestSha256":"[0-9a-f]{8}/, '"manifestSha256":"00000000']),
    finds: [[SIGNATURE, /states manifest digest 00000000/]],
  },
  {
    name: 'fewer entries counted in the manifest',
    tamper: (files) => replaceIn(files, MANIFEST, ['"entries":6', '"entries":5']),
    finds: [
      [MANIFEST, /changed: manifest\.signature\.json states/],
      [SEAL, /an entry after the seal/],
    ],
  },
  {
    name: 'a label that leads out of the folder',
    tamper: (files) => replaceIn(files, E3, ['"label":"memory.raw"', '"label":"../../raw"']),
    finds: [[E3, /entry\.event\.label: wanted a label/]],
  },
  {
    name: "the manifest's signature from another manifest",
    tamper: (files) => {
      const { signature } = JSON.parse(textOf(foreign, SIGNATURE)) as { signature: unknown };
      files.set(SIGNATURE, encode({ ...JSON.parse(textOf(files, SIGNATURE)), signature }));
    },
    finds: [[SIGNATURE, /signature does not fit manifest\.json/]],
  },
  ...[MANIFEST, SIGNATURE, KEY].map((path) => ({
    name: `${path} missing`,
    tamper: (files: Files) => files.delete(path),
    finds: [[path, /file is missing/]] as const,
  })),
  {
    name: 'the public key swapped for another',
    tamper: (files) => files.set(KEY, other.der),
    finds: [
      [KEY, /another key: its fingerprint is/],
      [KEY, /signed nothing here/],
    ],
  },
  {
    name: 'a public key of another curve',
    tamper: (files) =>
      files.set(
        KEY,
        generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({
          format: 'der',
          type: 'spki',
        }),
      ),
    finds: [[KEY, /not a P-256 public key/]],
  },
  {
    name: 'bytes after the public key',
    tamper: (files) => files.set(KEY, Buffer.concat([signer.der, Buffer.from([0])])),
    finds: [[KEY, /not a P-256 public key/]],
  },
  {
    name: 'the whole export signed again by another key',
    tamper: (files) => sealedExport(other).forEach((bytes, path) => files.set(path, bytes)),
    finds: [[KEY, /another key: its fingerprint is/]],
  },
  {
    name: 'a manifest that the true key signed but the ledger does not bear out',
    tamper: (files) =>
      sealedExport(signer, { alter: (m) => ({ ...m, missing: [] }) }).forEach((b, p) => files.set(p, b)),
    finds: [[MANIFEST, /the ledger has missing vol-0cccccccccccccccc; it does not/]],
  },
  {
    name: 'items listed twice by the true key',
    tamper: (files) =>
      sealedExport(signer, { alter: (m) => ({ ...m, items: [...m.items, ...m.items] }) }).forEach((b, p) =>
        files.set(p, b),
      ),
    finds: [[MANIFEST, /in another order or more than once/]],
  },
  {
    name: 'white space in an entry',
    tamper: (files) => put(files, E4, `${textOf(files, E4)}\n`),
    finds: [[E4, /bytes are not the canonical JSON/]],
  },
  {
    name: 'a doubled key, the first one hidden',
    tamper: (files) => put(files, E4, textOf(files, E4).replace('{', '{"digest":"x",')),
    finds: [[E4, /bytes are not the canonical JSON/]],
  },
  {
    name: 'a byte order mark',
    tamper: (files) => put(files, E4, `\ufeff${textOf(files, E4)}`),
    finds: [[E4, /not JSON in UTF-8/]],
  },
  {
    name: '__proto__ in an entry',
    tamper: (files) => put(files, E5, textOf(files, E5).replace('"detail":{', '"detail":{"__proto__":"x",')),
    finds: [[E5, /not a valid form|not the canonical JSON/]],
  },
  {
    name: 'a field that the form does not have',
    tamper: (files) => put(files, E4, textOf(files, E4).replace(/\}$/, ',"\\u001b[2Jx":1}')),
    finds: [[E4, /not a valid form: .*\\u001b\[2Jx/]],
  },
  {
    name: 'stray characters in the base64 of a signature',
    tamper: (files) =>
      replaceEntry(files, E4, ({ signature, ...rest }) => ({
        ...rest,
        signature: { ...signature, value: `${signature.value.replace(/=*$/, '')}====` },
      })),
    finds: [[E4, /wanted base64 of a DER signature/]],
  },
  {
    name: 'a schema version from the future',
    tamper: (files) => replaceIn(files, MANIFEST, ['"schemaVersion":1', '"schemaVersion":2']),
    finds: [[MANIFEST, /schemaVersion 2 is not known here/]],
  },
  {
    name: 'an oversized entry',
    tamper: (files) => files.set(E4, new Uint8Array((4 << 20) + 1).fill(0x20)),
    finds: [[E4, /4194305 bytes is more than such a file can have/]],
  },
  {
    name: 'deeply nested JSON',
    tamper: (files) => put(files, E4, '['.repeat(200_000) + ']'.repeat(200_000)),
    finds: [[E4, /not a valid form|not JSON/]],
  },
  {
    name: 'an empty entry',
    tamper: (files) => put(files, E4, ''),
    finds: [[E4, /not JSON in UTF-8/]],
  },
  {
    name: 'bytes that are not UTF-8',
    tamper: (files) => files.set(E4, new Uint8Array([0x22, 0xff, 0x22])),
    finds: [[E4, /not JSON in UTF-8/]],
  },
  ...['../x', '/etc/passwd', 'objects/../../x', 'objects/..\\x', 'C:\\x', 'custody/./000001.json'].map(
    (path) => ({
      name: `the hostile file name ${path}`,
      tamper: (files: Files) => put(files, path, 'x'),
      finds: [[path, /leads out of the folder/]] as const,
    }),
  ),
  ...[
    'report.md',
    '',
    'custody/000000.json',
    'custody/0000001.json',
    'custody/1.json',
    'objects/',
    '__proto__',
  ].map((path) => ({
    name: `the extra file ${JSON.stringify(path)}`,
    tamper: (files: Files) => put(files, path, 'x'),
    finds: [[path, /no part of an export/]] as const,
  })),
];
