import { partsListed, readStretch, STRETCHES_PREFIX } from '../blocks/block-stretch.ts';
import { sourceIn } from '../lazy-files.ts';
import type { EvidenceItem } from '../manifest.ts';
import { sha256Hex } from '../sha256.ts';
import { exportPaths, vaultKeys } from '../vault-keys.ts';
import type { ExportFiles } from './load-export.ts';
import { problemIn, type Problem } from './problem.ts';

type ObjectItem = Extract<EvidenceItem, { kind: 'object' }>;

/** What stretches of block manifests stand for: objects that no entry names by itself. */
export type ListedParts = { readonly objects: readonly ObjectItem[]; readonly problems: readonly Problem[] };

const NONE: ListedParts = { objects: [], problems: [] };

const partsOf = (item: ObjectItem, files: ExportFiles, ledgerId: string): ListedParts => {
  const file = exportPaths.object(item.label);
  // One that is missing or was changed is told of as every object is; what it lists is not believed.
  const bytes = sourceIn(files, file)?.sizeBytes === item.sizeBytes ? files.get(file) : undefined;
  if (bytes === undefined || sha256Hex(bytes) !== item.sha256) return NONE;
  try {
    const objects = partsListed(readStretch(bytes)).map((part): ObjectItem => {
      return { kind: 'object', key: vaultKeys.object(ledgerId, part.label), ...part };
    });
    return { objects, problems: [] };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return {
      objects: [],
      problems: [problemIn(file, problem, 'the recorder wrote no such thing: ask who did')],
    };
  }
};

/**
 * The parts of block manifests that the stretches among a ledger's objects list, each as if an entry had named it: which the digest of the stretch
 * does. Never throws.
 */
export const listedParts = (
  objects: readonly ObjectItem[],
  files: ExportFiles,
  ledgerId: string | undefined,
): ListedParts => {
  if (ledgerId === undefined) return NONE;
  const all = objects
    .filter(({ label }) => label.startsWith(STRETCHES_PREFIX))
    .map((item) => partsOf(item, files, ledgerId));
  return {
    objects: all.flatMap((each) => each.objects),
    problems: all.flatMap((each) => each.problems),
  };
};
