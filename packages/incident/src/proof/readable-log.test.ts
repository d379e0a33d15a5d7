import { describe, expect, it } from 'vitest';
import { readableLog, type FlowLogFacts } from './readable-log.ts';

const nic = { networkInterfaceId: 'eni-1', subnetId: 'subnet-1', vpcId: 'vpc-1' };
const log: FlowLogFacts = {
  flowLogId: 'fl-1',
  resourceId: 'vpc-1',
  active: true,
  trafficType: 'ALL',
  destinationType: 'cloud-watch-logs',
  logGroupName: '/vpc/flow-logs/one',
  format: '${srcaddr} ${dstaddr} ${start} ${end} ${action}',
  intervalSeconds: 600,
};
const on = { account: '602011160021', logGroups: ['/vpc/flow-logs*', 'other'] };

describe('readableLog', () => {
  it('is the one of the shortest interval that covers the interface and can be read', () => {
    const logs = [log, { ...log, flowLogId: 'fl-2', resourceId: 'subnet-1', intervalSeconds: 60 }];
    expect(readableLog(nic, logs, on)).toMatchObject({ flowLogId: 'fl-2', intervalSeconds: 60 });
    const [, short = log] = logs;
    expect(readableLog(nic, [log, { ...short, active: false }], on)).toMatchObject({ flowLogId: 'fl-1' });
  });

  it.each<[string, Partial<FlowLogFacts>, RegExp]>([
    ['is of another interface', { resourceId: 'eni-2' }, /has no flow log/],
    ['is not delivered', { active: false }, /not active/],
    ['records rejected traffic alone', { trafficType: 'REJECT' }, /rejected traffic alone/],
    ['goes to S3', { destinationType: 's3' }, /goes to s3, which is not read/],
    ['goes to another account', { destinationAccount: '602011150003' }, /account 602011150003/],
    ['goes to a group without a right', { logGroupName: 'otherwise' }, /containment\.flowLogGroups/],
    ['lacks a field', { format: '${srcaddr} ${start} ${end}' }, /lacks dstaddr, action/],
  ])('is none where it %s, and says so', (_what, change, because) => {
    expect(readableLog(nic, [{ ...log, ...change }], on)).toEqual({
      because: expect.stringMatching(because),
    });
  });

  it('is none where the deployment names no log group', () => {
    expect(readableLog(nic, [log], { ...on, logGroups: [] })).toHaveProperty('because');
  });
});
