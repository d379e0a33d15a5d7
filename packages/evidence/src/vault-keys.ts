import { IncidentId, Label, Sequence } from './identifiers.ts';
import { Sha256, sha256Hex } from './sha256.ts';

/**
 * Where each file lies in an exported folder. In the vault the same paths lie below `incidents/<id>/` (the public
 * key excepted: it comes from KMS GetPublicKey). Every JSON file holds exactly the bytes of `canonicalJson`.
 */
export const exportPaths = {
  manifest: 'manifest.json',
  manifestSignature: 'manifest.signature.json',
  publicKey: 'public-key.der',
  /** @throws ZodError when the sequence is not a whole number from 1 to 999,999 */
  entry: (sequence: number): string => `custody/${String(Sequence.parse(sequence)).padStart(6, '0')}.json`,
  /** An entry of the keeping ledger, which goes on after the seal. @throws ZodError as `entry` does */
  keeping: (sequence: number): string => `keeping/${String(Sequence.parse(sequence)).padStart(6, '0')}.json`,
  /** Where the ledger of keeping stood when the evidence was last handed out, signed. */
  keepingHead: 'keeping/head.json',
  /** What was destroyed of the evidence, by whose word and by which calls, signed. */
  certificate: 'keeping/certificate.json',
  /** @throws ZodError when the label could lead out of the folder */
  object: (label: string): string => `objects/${Label.parse(label)}`,
} as const;

const inIncident = (incidentId: string, path: string): string =>
  `incidents/${IncidentId.parse(incidentId)}/${path}`;

/**
 * The object key of one custody entry: `incidents/<id>/custody/000001.json`.
 *
 * @throws ZodError when the incident id or the sequence (from 1) has no place in a key
 */
export const entryKey = (incidentId: string, sequence: number): string =>
  inIncident(incidentId, exportPaths.entry(sequence));

/** The object keys of one incident's vault folder. Each throws a ZodError for an id or label that is no key part. */
export const vaultKeys = {
  /** What every key of the incident starts with, the slash included. */
  prefix: (incidentId: string): string => inIncident(incidentId, ''),
  entry: entryKey,
  object: (incidentId: string, label: string): string => inIncident(incidentId, exportPaths.object(label)),
  manifest: (incidentId: string): string => inIncident(incidentId, exportPaths.manifest),
  manifestSignature: (incidentId: string): string => inIncident(incidentId, exportPaths.manifestSignature),
  /** Where all objects of a ledger lie: what a disposal destroys. */
  objects: (incidentId: string): string => inIncident(incidentId, 'objects/'),
  /** Signed heads of an incident's keeping ledger, by the entry that each names. */
  heads: (incidentId: string): string => inIncident(keepingLedger(incidentId), 'heads/'),
  head: (incidentId: string, sequence: number): string =>
    inIncident(keepingLedger(incidentId), `heads/${String(Sequence.parse(sequence)).padStart(6, '0')}.json`),
  /** All that a disposal destroys, written before it begins. */
  inventory: (incidentId: string, approved: string): string =>
    inIncident(keepingLedger(incidentId), `inventories/${Sha256.parse(approved)}.json`),
  /** By the entry that it follows. */
  certificate: (incidentId: string, sequence: number): string =>
    inIncident(
      keepingLedger(incidentId),
      `certificates/${String(Sequence.parse(sequence)).padStart(6, '0')}.json`,
    ),
} as const;

/** What is known of a session on a forensic machine: of which incident it is, and that it was dealt with. */
export type SessionMark = 'seen' | 'done';

/** Where marks of sessions lie, by the day on which each began (`2026-11-22`): beside the incidents, for a session is found before its incident. */
export const sessionMarks = {
  /** Marks of a day. */
  day: (day: string): string => `incidents/sessions/${day}/`,
  /** @param day on which the session began */
  key: (
    day: string,
    { region, sessionId }: { readonly region: string; readonly sessionId: string },
    mark: SessionMark,
  ): string => `incidents/sessions/${day}/${sha256Hex(`${region} ${sessionId}`)}.${mark}.json`,
} as const;

/** The ledger of what happens to an incident's evidence after its seal; in an export its entries lie in the folder `keeping/`. */
export const keepingLedger = (incidentId: string): string => `${IncidentId.parse(incidentId)}-keeping`;

/**
 * The ledger of one session's recording: `<incident>-recording-<16 digits of its id's SHA-256>`, for whoever starts a session chooses how its id begins. It begins
 * as the ledgers of later plans do, so that whoever may read those may read it.
 */
export const recordingLedger = (incidentId: string, sessionId: string): string =>
  `${IncidentId.parse(incidentId)}-recording-${sha256Hex(sessionId).slice(0, 16)}`;

/**
 * The incident that a ledger is of: a later plan, a release and a recording have ledgers of their own, `<incident>-r2`, `<incident>-release` and
 * `<incident>-recording-<digits>`.
 */
export const incidentOf = (ledgerId: string): string =>
  ledgerId.replace(/-(r\d+|release|recording-[0-9a-f]{16})$/, '');

/** Whether `key` is where an incident's object lies. False, never an error, for what is no incident id or label. */
export const isObjectKey = (key: string, incidentId: string, label: string): boolean =>
  IncidentId.safeParse(incidentId).success &&
  Label.safeParse(label).success &&
  key === vaultKeys.object(incidentId, label);
