export { BLOCK_SIZE_BYTES } from './blocks/block-row.ts';
export type { BlockRow, VolumeShape } from './blocks/block-row.ts';
export {
  blockPartLabel,
  BlockReading,
  BLOCKS_PREFIX,
  partsOf,
  rowsOfPart,
  treeOfParts,
} from './blocks/block-manifest.ts';
export { BLOCKS_IN_PART, decodeBlockPart, encodeBlockPart } from './blocks/block-part.ts';
export { BlockProof, blockProof, whyNoProof } from './blocks/block-proof.ts';
export {
  BlockStretch,
  encodeStretch,
  partsInStretch,
  readStretch,
  stretchesOf,
  stretchLabel,
} from './blocks/block-stretch.ts';
export type { StretchesOf, StretchSide } from './blocks/block-stretch.ts';
export { blockTree } from './blocks/block-tree.ts';
export type { BlockRoot } from './blocks/block-tree.ts';
export { compareBlocks, judgeUnequal } from './blocks/compare-blocks.ts';
export { buildBundle, bundlePaths, isBundle, verifyBundle } from './bundle/bundle.ts';
export type { BundleVerification } from './bundle/bundle.ts';
export { buildManifest, deriveEvidence } from './build-manifest.ts';
export { canonicalJson } from './canonical-json.ts';
export { checkResults, type CheckedResults } from './results/check-results.ts';
export { ARCHIVED_FROM_BYTES, costOfKeeping, PRICES } from './cost-of-keeping.ts';
export { CustodyEntry, digestOf } from './custody-entry.ts';
export { CustodyEvent } from './custody-event.ts';
export {
  isGivenByDesk,
  MOST_READS,
  roomForReads,
  untoldReads,
  wasToldOf,
  type EvidenceRead,
  type ReadThrough,
} from './keeping/evidence-read.ts';
export { buildCertificate, destroyedOf, objectName } from './keeping/build-certificate.ts';
export { DISPOSAL_CERTIFICATE, Inventory } from './keeping/certificate.ts';
export type { DisposalCertificate } from './keeping/certificate.ts';
export { KEEPING_HEAD } from './keeping/keeping-head.ts';
export { MOST_RECORDING_PARTS } from './keeping/session-recorded.ts';
export { renamed, sourceIn } from './lazy-files.ts';
export { NamedPerson, SNAPSHOTS_IN_ENTRY, TwoPersonAct } from './keeping/keeping-event.ts';
export { encodeStatement, readStatement, statementBytes } from './keeping/statement.ts';
export { isDisposed, isDoneOf, isHeld, whyNotApproved, whyNotDone } from './keeping/two-persons.ts';
export { EvidenceItem, Manifest, ManifestSignature, MissingEvidence } from './manifest.ts';
export { nextEntry } from './next-entry.ts';
export type { CustodyDraft } from './next-entry.ts';
export { AwsCall, Calls, Signer, Tool } from './provenance.ts';
export type { Provenance } from './provenance.ts';
export { readExport } from './read-export.ts';
export { decodeSigned } from './read-signed.ts';
export { Sha256, sha256Hex } from './sha256.ts';
export { encodeSigned, keyFingerprint, Signature, signedBytes, SignedEntry } from './signed-entry.ts';
export {
  entryKey,
  exportPaths,
  incidentOf,
  keepingLedger,
  recordingLedger,
  sessionMarks,
  vaultKeys,
  type SessionMark,
} from './vault-keys.ts';
export { isContentKey, ledgerOfKey, mayHoldContents } from './content-keys.ts';
export type { Problem } from './verify/problem.ts';
export { proveBlock } from './verify/prove-block.ts';
export type { ProvedBlock } from './verify/prove-block.ts';
export { verifyExport } from './verify/verify-export.ts';
export type { Verification } from './verify/verify-export.ts';
export { caseGraph } from './case-export/case-graph.ts';
export type { CaseLedger } from './case-export/case-graph.ts';
