import type { Remains } from './remains.ts';

/** Rules that the run stood on and that AWS does not confirm in writing: each is a line for whoever reads the result. */
const UNCONFIRMED: readonly string[] = [
  'times are virtual: latencies of calls, states and functions are the model of docs (0.1 s a call, 0.05 s a state, 0.15 s a warm and 0.6 s a cold function), not measurements of AWS',
  'how long EBS snapshots and copies take is a model: AWS gives no figure for a given volume',
  'unconfirmed: CopySnapshot takes a KMS key of another account (the way into evidence of volumes whose own key may not leave)',
  'unconfirmed: ec2:SourceInstanceARN stays on credentials used away from the instance; the deny by session name does not need it',
  'unconfirmed: what giving up a public address does to connections that exist; here they live on, the stricter reading',
];

/** What a run assumes, with the number of authorization checks that AWS does not document. */
export const assumptions = ({ organization: { journal } }: Remains): string[] => {
  const assumed = journal.calls.flatMap(({ checks }) => checks).filter((check) => check.assumed);
  const actions = [...new Set(assumed.map(({ action }) => action))].toSorted();
  return [
    ...UNCONFIRMED,
    ...(assumed.length === 0
      ? []
      : [
          `${assumed.length} authorization check(s) are not documented by AWS, and the stricter reading was taken: ${actions.join(', ')}`,
        ]),
  ];
};
