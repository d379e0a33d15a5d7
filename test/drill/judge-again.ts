import { judge, type FinishedDrill } from '@cordon/drill';
import type { JournalCall } from '@cordon/local-aws';
import { broken } from './run.ts';

/** What a finished run breaks when it is judged once more; ids of interfaces and groups are left out of the sentences. */
export const judgedAgain = ({ record, result }: FinishedDrill): readonly string[] =>
  broken(judge(record, { scenario: result.scenario, listCalls: false })).map((text) =>
    text.replaceAll(/(eni|sg)-[0-9a-f]+/g, '$1'),
  );

/** The same with other calls in its journal, which is put back. */
export const judgedWith = (
  played: FinishedDrill,
  change: (calls: readonly JournalCall[]) => readonly JournalCall[],
): readonly string[] => {
  const { calls } = played.record.organization.journal;
  const before = [...calls];
  calls.splice(0, calls.length, ...change(before));
  try {
    return judgedAgain(played);
  } finally {
    calls.splice(0, calls.length, ...before);
  }
};
