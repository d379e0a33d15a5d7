import type { FinishedDrill } from '@cordon/drill';
import { ec2State, type JournalCall } from '@cordon/local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgedAgain, judgedWith } from './judge-again.ts';
import { drill, inProcess } from './run.ts';

const SCENARIO = 'untracked-then-cut';
let played: FinishedDrill;

beforeAll(async () => {
  played = await drill({ scenario: SCENARIO, ...inProcess(SCENARIO) });
}, 120_000);
afterAll(() => played.close());

const journal = (): JournalCall[] => played.record.organization.journal.calls;
const again = (): readonly string[] => judgedAgain(played);
const withCalls = (change: (calls: readonly JournalCall[]) => readonly JournalCall[]): readonly string[] =>
  judgedWith(played, change);

const groupsOf = ({ operation, input }: JournalCall): number => {
  const { Groups: groups } = input as { readonly Groups?: unknown };
  return operation === 'ModifyNetworkInterfaceAttribute' && Array.isArray(groups) ? groups.length : 0;
};

const firstOpening = (): JournalCall => {
  const found = journal().find((call) => groupsOf(call) === 2);
  if (found === undefined) throw new Error('the run opened nothing');
  return found;
};

/** The same input, of another incident. */
const renamed = (input: JournalCall['input']): JournalCall['input'] =>
  JSON.parse(JSON.stringify(input).replaceAll(/inc-\w+/g, 'inc-another')) as JournalCall['input'];

describe('an untracking that a person approved', () => {
  it('breaks nothing: the path was closed first, and it was closed again', () => {
    expect(again()).toEqual([]);
    expect(firstOpening().caller).toContain('cordon-contain');
  });

  it.each<[string, (calls: readonly JournalCall[]) => readonly JournalCall[], RegExp]>([
    [
      'nobody said yes',
      (calls) => calls.filter(({ operation }) => operation !== 'InvokeFunctionUrl'),
      /opens eni by sg without a person's yes/,
    ],
    [
      'the yes came afterwards',
      (calls) =>
        calls.map((call) =>
          call.operation === 'InvokeFunctionUrl' ? { ...call, sentAt: call.sentAt + 3_600_000 } : call,
        ),
      /without a person's yes/,
    ],
    [
      'nothing closed it',
      (calls) => calls.filter((call) => groupsOf(call) !== 1 || call.sentAt < firstOpening().sentAt),
      /which nothing closed again/,
    ],
    [
      'it was closed late',
      (calls) =>
        calls.map((call) =>
          groupsOf(call) === 1 && call.sentAt > firstOpening().sentAt
            ? { ...call, sentAt: call.sentAt + 300_000 }
            : call,
        ),
      /opens eni by sg for 36\d s/,
    ],
    [
      'the entries came after it',
      (calls) =>
        calls.map((call) =>
          call.operation === 'CreateNetworkAclEntry'
            ? { ...call, repliedAt: firstOpening().sentAt + 1_000 }
            : call,
        ),
      /while nothing closed the path to/,
    ],
    [
      'an entry was taken away meanwhile',
      (calls) => {
        const entry = calls.find(({ operation }) => operation === 'CreateNetworkAclEntry');
        return entry === undefined
          ? calls
          : [
              ...calls,
              { ...entry, operation: 'DeleteNetworkAclEntry', sentAt: firstOpening().sentAt + 1_000 },
            ];
      },
      /while nothing closed the path to/,
    ],
    [
      'the group was marked for another incident',
      (calls) =>
        calls.map((call) =>
          call.operation === 'CreateSecurityGroup' && JSON.stringify(call.input).includes('untracking')
            ? { ...call, input: renamed(call.input) }
            : call,
        ),
      /it opens/,
    ],
    [
      'an interface was put into a group of the workload beside it',
      (calls) =>
        calls.map((call) =>
          call === firstOpening()
            ? {
                ...call,
                input: { ...call.input, Groups: [...(call.input as { Groups: string[] }).Groups, 'sg-web'] },
              }
            : call,
        ),
      /into 3 groups/,
    ],
    [
      'a rule was added while an interface had the group',
      (calls) => {
        const rule = calls.find(({ operation }) => operation === 'AuthorizeSecurityGroupIngress');
        return rule === undefined ? calls : [...calls, { ...rule, sentAt: firstOpening().sentAt + 1_000 }];
      },
      /which an interface has already/,
    ],
  ])('is judged broken where %s', (_what, change, says) => {
    const first = firstOpening();
    expect(first).toBeDefined();
    const found = withCalls((calls) => change(calls)).join('\n');
    expect(found).toContain('never-less-contained');
    expect(found).toMatch(says);
  });

  it('is judged broken where an interface has the group in the end', () => {
    const { world } = played.record.organization;
    const [suspect] = played.record.suspects;
    const nic = world
      .of(ec2State, suspect?.account ?? '', suspect?.region ?? '')
      .networkInterfaces.get(suspect?.networkInterfaceIds[0] ?? '');
    if (nic === undefined) throw new Error('the suspect has no interface');
    const before = nic.groups;
    nic.groups = [...before, 'sg-opens'];
    expect(again().join('\n')).toMatch(/was contained, and now eni is in 2 groups/);
    nic.groups = before;
  });
});
