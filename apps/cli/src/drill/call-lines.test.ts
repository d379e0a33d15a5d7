import type { JournalCall } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { callLines } from './call-lines.ts';

const call: JournalCall = {
  index: 0,
  service: 's3',
  operation: 'PutObject',
  region: 'eu-west-1',
  account: '602011150003',
  accessKeyId: 'ASIAX',
  caller: 'arn:aws:sts::602011150003:assumed-role/cordon-recorder/x',
  sentAt: Date.parse('2026-11-21T03:00:00.250Z'),
  input: {
    Body: Buffer.from('evidence'),
    Until: new Date('2027-01-01T00:00:00.000Z'),
    Tags: [{ Bytes: new Uint8Array([1, 2]) }],
  },
  checks: [],
  outcome: 'ok',
  output: { SecretAccessKey: 'never written' },
  requestId: 'r',
};

describe('callLines', () => {
  it('writes one call a line with bytes as base64, times as instants, and no answers', () => {
    const lines = callLines([call, { ...call, index: 1, repliedAt: call.sentAt + 100 }]);
    const [first, second] = lines
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(first).toMatchObject({
      index: 0,
      sentAt: '2026-11-21T03:00:00.250Z',
      input: { Body: 'ZXZpZGVuY2U=', Until: '2027-01-01T00:00:00.000Z', Tags: [{ Bytes: 'AQI=' }] },
    });
    expect(first).not.toHaveProperty('repliedAt');
    expect(second).toMatchObject({ index: 1, repliedAt: '2026-11-21T03:00:00.350Z' });
    expect(lines).not.toContain('never written');
  });
});
