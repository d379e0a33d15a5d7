import type { JournalCall } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { notBuilt } from './not-built.ts';

const call = (outcome: JournalCall['outcome']): JournalCall => ({
  index: 0,
  service: 'ec2',
  operation: 'DescribeInstances',
  region: 'eu-central-1',
  account: '602011160021',
  caller: 'unknown',
  accessKeyId: '',
  sentAt: 0,
  input: {},
  checks: [],
  outcome,
  requestId: 'r',
});

const after = (...outcomes: readonly JournalCall['outcome'][]): readonly string[] =>
  notBuilt({ organization: { journal: { calls: outcomes.map(call), events: [], deliveries: [] } } });

describe('notBuilt', () => {
  it('names an operation and a member that the local organization lacks, each once', () => {
    const operation = {
      code: 'NotImplemented',
      message: 'the local organization does not implement ec2 CopyImage',
    };
    const member = {
      code: 'UnsupportedOperation',
      message: 'local organization: member X of Y is not implemented',
    };
    expect(after('ok', operation, operation, member)).toEqual([operation.message, member.message]);
  });

  it('takes a refusal of AWS for what it is', () => {
    expect(
      after(
        'ok',
        'pending',
        { code: 'UnsupportedOperation', message: 'the instance cannot do that' },
        { code: 'AccessDenied', message: 'no' },
      ),
    ).toEqual([]);
  });
});
