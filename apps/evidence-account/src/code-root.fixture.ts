import { codeRootWith } from '@cordon/constructs/testing';

/** Bundles of the functions of this account, below `work`. */
export const codeRootIn = (work: string): string =>
  codeRootWith(work, [
    'recorder',
    'read-watch',
    'session-watch',
    'keeper',
    'archivist',
    'disposer',
    'evidence-desk',
    'block-hasher',
  ]);
