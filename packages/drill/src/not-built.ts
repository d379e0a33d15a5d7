import type { RunRecord } from './run-record.ts';

/** How the local organization refuses what it does not have; each message names it. */
const isNotBuilt = ({ code, message }: { readonly code: string; readonly message: string }): boolean =>
  code === 'NotImplemented' || (code === 'UnsupportedOperation' && message.startsWith('local organization'));

/** What a run asked of the organization in vain because nobody built it; each once. */
export const notBuilt = ({
  organization,
}: {
  readonly organization: Pick<RunRecord['organization'], 'journal'>;
}): readonly string[] => [
  ...new Set(
    organization.journal.calls.flatMap(({ outcome }) =>
      typeof outcome === 'object' && isNotBuilt(outcome) ? [outcome.message] : [],
    ),
  ),
];
