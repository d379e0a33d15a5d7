import { parsePolicy } from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import { asDuty } from '../testing/good-journal.ts';
import { goodRun, type GoodRun } from '../testing/good-run.ts';
import { INTERFACES, SUSPECT, WEB_GROUP } from '../testing/places.ts';
import { brokenIn, call, contain, found, member } from '../testing/tampering.ts';

const policy = parsePolicy({
  schemaVersion: 2,
  rules: [
    {
      name: 'climb',
      when: {},
      set: { mode: 'contain', stop: 'if-open', routeTable: 'automatic' },
      because: 'a host that cannot be cut off is stopped',
    },
  ],
});

const judged = (run: GoodRun): readonly string[] =>
  brokenIn({ ...run.remains, policy })
    .filter(({ id }) => id === 'climbed-only-when-open')
    .map(({ detail }) => detail);

const STOP = { ...contain('ec2 StopInstances', { InstanceIds: [SUSPECT] }), at: 1_950 };

/** What a read-back saw, between the cut and the stop. */
const readBack = (run: GoodRun, groupId: string): GoodRun => {
  call(run, {
    at: 1_900,
    by: asDuty('verify-containment'),
    does: 'ec2 DescribeNetworkInterfaces',
    output: {
      NetworkInterfaces: [{ NetworkInterfaceId: INTERFACES[0], Groups: [{ GroupId: groupId }] }],
    },
  });
  return run;
};

describe('climbed-only-when-open', () => {
  it('holds where nothing was climbed to, and of a technique that the policy does without asking', () => {
    const run = goodRun();
    call(run, { ...contain('ec2 ReplaceRouteTableAssociation'), at: 1_950 });
    expect(judged(run)).toEqual([]);
  });

  it('holds of a stop after a read-back that saw a foreign group', () => {
    const run = readBack(goodRun(), WEB_GROUP);
    call(run, STOP);
    expect(judged(run)).toEqual([]);
  });

  it('is broken by a stop after a read-back that saw all closed, whatever the responder says', () => {
    const run = goodRun();
    call(run, STOP);
    expect(judged(run).join()).toMatch(/StopInstances.* was climbed to, and no read-back/);
  });

  it('is broken by a stop that another rung came before and was not read back', () => {
    const run = readBack(goodRun(), WEB_GROUP);
    call(run, { ...contain('ec2 ReplaceNetworkAclAssociation'), at: 1_940 });
    call(run, STOP);
    expect(judged(run).join()).toMatch(/StopInstances.* was climbed to, and no read-back/);
  });
});

describe('a host that was stopped because its groups do not hold', () => {
  const openAnd = (state: 'running' | 'stopped'): readonly string[] => {
    const run = readBack(goodRun(), WEB_GROUP);
    call(run, STOP);
    const ec2 = member(run);
    found(ec2.networkInterfaces.get(INTERFACES[0])).groups = [WEB_GROUP];
    found(ec2.instances.get(SUSPECT)).state = state;
    return brokenIn({ ...run.remains, policy }).map(({ id }) => id);
  };

  it('counts as contained for as long as it is stopped', () => {
    expect(openAnd('stopped')).toEqual([]);
    expect(openAnd('running')).toEqual(
      expect.arrayContaining(['never-less-contained', 'contained-only-after-read-back']),
    );
  });
});
