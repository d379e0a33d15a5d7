import { verify } from 'node:crypto';
import { digestOf } from '../custody-entry.ts';
import { objectName } from '../keeping/build-certificate.ts';
import { DISPOSAL_CERTIFICATE } from '../keeping/certificate.ts';
import type { DisposalCertificate } from '../keeping/certificate.ts';
import { KEEPING_HEAD } from '../keeping/keeping-head.ts';
import { readStatement } from '../keeping/statement.ts';
import type { ReadStatement, StatementKind } from '../keeping/statement.ts';
import { sha256Hex } from '../sha256.ts';
import type { Sha256 } from '../sha256.ts';
import { exportPaths, incidentOf, keepingLedger } from '../vault-keys.ts';
import type { PublicKey } from './check-signer.ts';
import type { LoadedExport } from './load-export.ts';
import { problemIn } from './problem.ts';
import type { Problem } from './problem.ts';

/**
 * What shows where the ledger of keeping ends: nothing; the head that was signed when the evidence was handed out; or the certificate of
 * its disposal.
 */
export type KeepingEnd = 'not-shown' | 'signed' | 'disposed';

/** How the ledger of keeping ends, and what was destroyed of the evidence, by key and version. */
export type EndCheck = {
  readonly end: KeepingEnd;
  /** How many statements were signed by the key. */
  readonly signatures: number;
  readonly destroyed: ReadonlyMap<string, Sha256>;
  /** Keys of the objects that were destroyed. */
  readonly keys: ReadonlySet<string>;
  /** Of copies that the certificate names. */
  readonly snapshots: readonly string[];
  readonly problems: readonly Problem[];
};

const MAX_BYTES = 8 << 20;
const HINT = 'export the incident again from the vault, and ask who had the folder in between';

/** Checks the signed head and the certificate of a disposal, where the folder has them. Never throws on any files. */
export const checkEnd = (loaded: LoadedExport, publicKey: PublicKey | undefined): EndCheck => {
  const problems: Problem[] = [];
  const read = <Form>(file: string, kind: StatementKind<Form>): Form | undefined => {
    const bytes = loaded.files.get(file);
    if (bytes === undefined) return undefined;
    const found = readStatement({ file, bytes, maxBytes: MAX_BYTES }, kind);
    if (found.status === 'unreadable') problems.push(found.problem);
    else if (publicKey === undefined || !isSigned(publicKey, found.form))
      problems.push(problemIn(file, 'the signature does not fit it: it was changed or made up', HINT));
    else return found.form.statement;
    return undefined;
  };
  const head = read(exportPaths.keepingHead, KEEPING_HEAD);
  const certificate = read(exportPaths.certificate, DISPOSAL_CERTIFICATE);
  const held: readonly SignedEnd[] = [
    ...(head === undefined
      ? []
      : [
          {
            file: exportPaths.keepingHead,
            ledgerId: head.ledgerId,
            entries: head.entries,
            head: head.head,
          },
        ]),
    ...(certificate === undefined
      ? []
      : [
          {
            file: exportPaths.certificate,
            ledgerId: keepingLedger(certificate.incidentId),
            ...certificate.keeping,
          },
        ]),
  ];
  problems.push(...held.flatMap((one) => checkHead(loaded, one)), ...checkDisposal(loaded, certificate));
  return {
    end: certificate === undefined ? (head === undefined ? 'not-shown' : 'signed') : 'disposed',
    signatures: held.length,
    destroyed: new Map(certificate?.objects.map((one) => [objectName(one), one.sha256])),
    keys: new Set(certificate?.objects.map(({ key }) => key)),
    snapshots: certificate?.snapshots.map(({ snapshotId }) => snapshotId) ?? [],
    problems,
  };
};

const isSigned = ({ key }: PublicKey, { signed, signature }: ReadStatement<unknown>): boolean => {
  try {
    return verify('sha256', signed, key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
};

/** How far a ledger of keeping goes, as a signed file says. */
interface SignedEnd {
  readonly file: string;
  readonly ledgerId: string;
  readonly entries: number;
  readonly head: string;
}

/** The ledger in the folder must go as far as what was signed, and be the same up to there. */
const checkHead = (
  { keeping, manifest }: LoadedExport,
  { file, ledgerId, entries, head }: SignedEnd,
): readonly Problem[] => {
  const incidentId = manifest?.manifest.incidentId;
  const wanted = incidentId === undefined ? ledgerId : keepingLedger(incidentOf(incidentId));
  if (ledgerId !== wanted) return [problemIn(file, `it is of ledger ${ledgerId}, wanted ${wanted}`, HINT)];
  const last = keeping.find(({ place }) => place === entries);
  if (last === undefined)
    return [
      problemIn(
        file,
        `the ledger of keeping had ${entries} entries when this was signed, entry ${entries} is not here: its end was cut off`,
        HINT,
      ),
    ];
  return digestOf(last.signed.entry) === head
    ? []
    : [problemIn(file, `entry ${entries} of the ledger of keeping is another than was signed`, HINT)];
};

/** A certificate and the entry that names it come together; and this incident's sealed ledger must be among those that it names. */
const checkDisposal = (
  { files, keeping, manifest }: LoadedExport,
  certificate: DisposalCertificate | undefined,
): readonly Problem[] => {
  const disposed = keeping.map(({ signed }) => signed.entry.event).find(({ kind }) => kind === 'disposed');
  const file = exportPaths.certificate;
  const bytes = files.get(file);
  if (disposed?.kind !== 'disposed')
    return bytes === undefined
      ? []
      : [problemIn(file, 'the ledger of keeping says nothing of a disposal', HINT)];
  if (bytes === undefined) return [problemIn(file, 'the certificate of the disposal is missing', HINT)];
  if (sha256Hex(bytes) !== disposed.certificateSha256)
    return [problemIn(file, 'the ledger of keeping names another certificate', HINT)];
  if (certificate === undefined || manifest === undefined) return [];
  const named = certificate.ledgers.find(({ ledgerId }) => ledgerId === manifest.manifest.incidentId);
  return named?.manifestSha256 === manifest.sha256
    ? []
    : [problemIn(file, 'it does not name the sealed ledger that lies here', HINT)];
};
