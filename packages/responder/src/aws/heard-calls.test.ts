import { describe, expect, it } from 'vitest';
import { changes, hearing, noteCall, reads, tellCalls } from './heard-calls.ts';

const now = (): number => Date.UTC(2026, 10, 21);

/** An answer of EC2, as the middleware hears it. */
const answer = (name: string, requestId: string): void =>
  noteCall(
    { clientName: 'EC2Client', commandName: `${name}Command` },
    { output: { $metadata: { requestId } } },
    'eu-west-1',
  );

const hear = (names: readonly string[], isOf?: Parameters<typeof hearing>[2]) =>
  hearing(
    now,
    () => {
      for (const [index, name] of names.entries()) answer(name, `request-${index}`);
      return Promise.resolve('done');
    },
    isOf,
  );

describe('calls that are heard', () => {
  it('are those that changed something, or those that read, as is asked for', async () => {
    const names = ['AssumeRole', 'DescribeInstances', 'StopInstances', 'FilterLogEvents'];
    const named = async (isOf?: Parameters<typeof hearing>[2]) =>
      (await hear(names, isOf)).calls.map(({ name }) => name);
    expect(await named()).toEqual(names);
    expect(await named(changes)).toEqual(['StopInstances']);
    expect(await named(reads)).toEqual(['DescribeInstances', 'FilterLogEvents']);
  });

  it('are named up to two hundred, and counted beyond', async () => {
    const heard = await hear(Array.from({ length: 203 }, () => 'StopInstances'));
    expect(heard.calls).toHaveLength(200);
    expect(heard.leftOut).toBe(3);
  });
});

describe('calls that are told', () => {
  it('are ten at most, with how many more there were', async () => {
    const told = tellCalls(await hear(Array.from({ length: 203 }, () => 'StopInstances')));
    expect(told.calls?.map(({ requestId }) => requestId)).toEqual(
      Array.from({ length: 10 }, (_, index) => `request-${index}`),
    );
    expect(told.callsLeftOut).toBe(193);
  });

  it('say nothing of what was not left out, and nothing at all where none was heard', async () => {
    expect(Object.keys(tellCalls(await hear(['StopInstances'])))).toEqual(['calls']);
    expect(tellCalls(await hear([]))).toEqual({});
  });
});
