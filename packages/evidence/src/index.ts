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
export { blockTree } from './blocks/block-tree.ts';
export type { BlockRoot } from './blocks/block-tree.ts';
export { compareBlocks, judgeUnequal } from './blocks/compare-blocks.ts';
export { buildBundle, isBundle, verifyBundle } from './bundle/bundle.ts';
export type { BundleVerification } from './bundle/bundle.ts';
export { buildManifest, deriveEvidence } from './build-manifest.ts';
export { canonicalJson } from './canonical-json.ts';
export { checkResults, type CheckedResults } from './results/check-results.ts';
export { costOfKeeping, PRICES } from './cost-of-keeping.ts';
export { CustodyEntry, digestOf } from './custody-entry.ts';
export { CustodyEvent } from './custody-event.ts';
export { NamedPerson, TwoPersonAct } from './keeping/keeping-event.ts';
export { isHeld, whyNotApproved, whyNotDone } from './keeping/two-persons.ts';
export { EvidenceItem, Manifest, ManifestSignature, MissingEvidence } from './manifest.ts';
export { nextEntry } from './next-entry.ts';
export type { CustodyDraft } from './next-entry.ts';
export { AwsCall, Calls, Signer, Tool } from './provenance.ts';
export type { Provenance } from './provenance.ts';
export { readExport } from './read-export.ts';
export { decodeSigned } from './read-signed.ts';
export { Sha256, sha256Hex } from './sha256.ts';
export { encodeSigned, keyFingerprint, Signature, signedBytes, SignedEntry } from './signed-entry.ts';
export { entryKey, exportPaths, keepingLedger, vaultKeys } from './vault-keys.ts';
export type { Problem } from './verify/problem.ts';
export { proveBlock } from './verify/prove-block.ts';
export type { ProvedBlock } from './verify/prove-block.ts';
export { verifyExport } from './verify/verify-export.ts';
export type { Verification } from './verify/verify-export.ts';
export { caseGraph } from './case-export/case-graph.ts';
export type { CaseLedger } from './case-export/case-graph.ts';
