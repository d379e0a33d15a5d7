import type { FinishedDrill } from '@cordon/drill';
import type { JournalCall } from '@cordon/local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgedAgain, judgedWith } from './judge-again.ts';
import { drill, inProcess } from './run.ts';

const SCENARIO = 'management-path-kept';
let played: FinishedDrill;

beforeAll(async () => {
  played = await drill({ scenario: SCENARIO, ...inProcess(SCENARIO) });
}, 120_000);
afterAll(() => played.close());

const groupsOf = ({ operation, input }: JournalCall): number => {
  const { Groups: groups } = input as { readonly Groups?: unknown };
  return operation === 'ModifyNetworkInterfaceAttribute' && Array.isArray(groups) ? groups.length : 0;
};

const openedAt = (calls: readonly JournalCall[]): number =>
  calls.find((call) => groupsOf(call) === 2)?.sentAt ?? Number.NaN;

const isRule = ({ operation }: JournalCall): boolean => operation === 'AuthorizeSecurityGroupEgress';

const withRule = (calls: readonly JournalCall[], more: object): readonly JournalCall[] =>
  calls.map((call) =>
    isRule(call)
      ? {
          ...call,
          input: {
            ...call.input,
            IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, ...more }],
          },
        }
      : call,
  );

describe('a management path that was kept', () => {
  it('breaks nothing: it led to the endpoints alone, and was closed at its time', () => {
    expect(judgedAgain(played)).toEqual([]);
    const { calls } = played.record.organization.journal;
    expect(calls.filter(isRule)).toHaveLength(1);
    const closed = calls.find((call) => groupsOf(call) === 1 && call.sentAt > openedAt(calls));
    const minutes = ((closed?.sentAt ?? 0) - openedAt(calls)) / 60_000;
    expect(minutes).toBeGreaterThan(29.9);
    expect(minutes).toBeLessThan(30.2);
  });

  it.each<[string, (calls: readonly JournalCall[]) => readonly JournalCall[], RegExp]>([
    [
      'it led everywhere',
      (calls) => withRule(calls, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] }),
      /lets more through sg than TCP 443 to endpoints/,
    ],
    [
      'it led to a host of the VPC',
      (calls) => withRule(calls, { IpRanges: [{ CidrIp: '10.20.4.4/32' }] }),
      /lets more through sg/,
    ],
    [
      'it led to a group, whose members others choose',
      (calls) => withRule(calls, { UserIdGroupPairs: [{ GroupId: 'sg-endpoints' }] }),
      /lets more through sg/,
    ],
    [
      'it let in',
      (calls) =>
        calls.map((call) => (isRule(call) ? { ...call, operation: 'AuthorizeSecurityGroupIngress' } : call)),
      /lets more through sg/,
    ],
    [
      'nothing closed it',
      (calls) => calls.filter((call) => groupsOf(call) !== 1 || call.sentAt < openedAt(calls)),
      /which nothing closed again/,
    ],
    [
      'it stayed for hours',
      (calls) =>
        calls.map((call) =>
          groupsOf(call) === 1 && call.sentAt > openedAt(calls)
            ? { ...call, sentAt: call.sentAt + 2 * 3_600_000 }
            : call,
        ),
      /opens eni by sg for 9\d\d\d s/,
    ],
  ])('is judged broken where %s', (_what, change, says) => {
    const found = judgedWith(played, change).join('\n');
    expect(found).toContain('never-less-contained');
    expect(found).toMatch(says);
  });
});
