import type { FinishedDrill } from '@cordon/drill';
import type { JournalCall } from '@cordon/local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgedAgain, judgedWith } from './judge-again.ts';
import { drill, inProcess } from './run.ts';

const SCENARIO = 'memory-captured';
let played: FinishedDrill;

beforeAll(async () => {
  played = await drill({ scenario: SCENARIO, ...inProcess(SCENARIO) });
}, 120_000);
afterAll(() => played.close());

/** The calls with one operation's input changed. */
const given =
  (operation: string, change: (input: Readonly<Record<string, unknown>>) => object) =>
  (calls: readonly JournalCall[]): readonly JournalCall[] =>
    calls.map((call) =>
      call.operation === operation ? { ...call, input: { ...call.input, ...change(call.input) } } : call,
    );
const parameters = (more: object) => ({ Parameters: { Volume: ['vol0'], Seconds: ['60'], ...more } });
const named = (calls: readonly JournalCall[], operation: string): JournalCall => {
  const found = calls.find((call) => call.operation === operation);
  if (found === undefined) throw new Error(`nobody called ${operation}`);
  return found;
};
const LINK = 'https://cordon-tools-602011150002-eu-central-1.s3.eu-central-1.amazonaws.com';

describe('memory that was captured', () => {
  it('breaks nothing: one pinned document, in custody before the volume went, and the stop after it', () => {
    expect(judgedAgain(played)).toEqual([]);
    const { calls } = played.record.organization.journal;
    const toHost = calls.filter(
      ({ operation, caller }) => operation === 'SendCommand' && caller.includes('/cordon-capture/'),
    );
    expect(toHost).toHaveLength(1);
    expect(named(calls, 'StopInstances').index).toBeGreaterThan(named(calls, 'DetachVolume').index);
  });

  it.each<[string, (calls: readonly JournalCall[]) => readonly JournalCall[], string, RegExp]>([
    [
      'another document was sent',
      given('SendCommand', () => ({ DocumentName: 'AWS-RunShellScript' })),
      'no-credentials-to-the-suspect',
      /sends the document AWS-RunShellScript/,
    ],
    [
      'its hash was not pinned',
      given('SendCommand', () => ({ DocumentHash: undefined })),
      'no-credentials-to-the-suspect',
      /without its hash/,
    ],
    [
      'it went to another host',
      given('SendCommand', () => ({ InstanceIds: ['i-0fffffffffffffff0'] })),
      'no-credentials-to-the-suspect',
      /another instance than the incident/,
    ],
    [
      'a key went with it',
      given('SendCommand', () => parameters({ ToolUrl: [`${LINK}/${'a'.repeat(64)}`], Secret: ['x'] })),
      'no-credentials-to-the-suspect',
      /sends Secret/,
    ],
    [
      'the link was to another bucket',
      given('SendCommand', () => parameters({ ToolUrl: [`https://evil.example/${'a'.repeat(64)}`] })),
      'no-credentials-to-the-suspect',
      /a link to something else/,
    ],
    [
      'the link was to more than a tool',
      given('SendCommand', () => parameters({ ToolUrl: [`${LINK}/?list-type=2`] })),
      'no-credentials-to-the-suspect',
      /a link to something else/,
    ],
    [
      'the host was stopped meanwhile',
      (calls) => {
        const { index } = named(calls, 'SendCommand');
        return calls.map((call) =>
          call.operation === 'StopInstances' ? { ...call, index: index + 0.5 } : call,
        );
      },
      'memory-in-custody-or-reasoned',
      /stops the host while its memory is captured/,
    ],
    [
      'the volume was in the clear',
      given('CreateVolume', (input) => (input['KmsKeyId'] === 'alias/aws/ebs' ? { Encrypted: false } : {})),
      'source-evidence-untouched',
      /DetachVolume.*no volume of its incident/,
    ],
    [
      'the volume was deleted before its copy was locked',
      (calls) => {
        const { sentAt } = named(calls, 'DetachVolume');
        return calls.map((call) => (call.operation === 'DeleteVolume' ? { ...call, sentAt } : call));
      },
      'source-evidence-untouched',
      /of whose memory no locked copy existed/,
    ],
  ])('is judged broken where %s', (_where, change, invariant, says) => {
    const found = judgedWith(played, change).join('\n');
    expect(found).toContain(invariant);
    expect(found).toMatch(says);
  });
});
