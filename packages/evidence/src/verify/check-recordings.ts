import type { CustodyEvent } from '../custody-event.ts';
import { digestOfPieces, sourceIn, type FileSource } from '../lazy-files.ts';
import { exportPaths } from '../vault-keys.ts';
import type { LoadedEntry, LoadedExport } from './load-export.ts';
import { problemIn } from './problem.ts';
import type { Problem } from './problem.ts';

const HINT = 'the recording is not the one that was carried into the vault: export the incident again';

/**
 * Checks that a recording of a session is what its ledger says: every part a deposited object of the same digest, and all of them, one after the other, of the whole's.
 * Parts that are not here are told of by whoever looks at objects, or by a certificate. Never throws.
 */
export const checkRecordings = (loaded: LoadedExport): readonly Problem[] => {
  const deposits = new Map(
    loaded.entries.flatMap(({ signed: { entry } }) =>
      entry.event.kind === 'object-deposited' ? [[entry.event.label, entry.event.sha256] as const] : [],
    ),
  );
  return loaded.entries.flatMap((loadedEntry) => {
    const { event, incidentId } = loadedEntry.signed.entry;
    return event.kind === 'session-recorded' && event.ledgerId === incidentId
      ? checkRecording(loadedEntry, event, { deposits, files: loaded.files })
      : [];
  });
};

const checkRecording = (
  { file }: LoadedEntry,
  { parts, sha256, sizeBytes }: Extract<CustodyEvent, { kind: 'session-recorded' }>,
  {
    deposits,
    files,
  }: { readonly deposits: ReadonlyMap<string, string>; readonly files: LoadedExport['files'] },
): readonly Problem[] => {
  const strange = parts.filter((part) => deposits.get(part.label) !== part.sha256);
  if (strange.length > 0)
    return strange.map(({ label }) =>
      problemIn(file, `it names part ${label}, which was not deposited so`, HINT),
    );
  const bodies = parts.flatMap(({ label }) => sourceIn(files, exportPaths.object(label)) ?? []);
  if (bodies.length < parts.length) return [];
  const isWhole = bodies.reduce((sum, body) => sum + body.sizeBytes, 0) === sizeBytes;
  return isWhole && digestOfPieces(inOrder(bodies)) === sha256
    ? []
    : [problemIn(file, 'its parts, one after the other, are not the recording that it names', HINT)];
};

function* inOrder(bodies: readonly FileSource[]): Generator<Uint8Array> {
  for (const { pieces } of bodies) yield* pieces();
}
