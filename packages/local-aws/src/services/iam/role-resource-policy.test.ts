import { describe, expect, it } from 'vitest';
import { decide } from '../../core/authorize.ts';
import { roleSession } from '../sts/role-session.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, START } from '../testing.ts';
import { addRole } from './build.ts';
import { iamService } from './service.ts';

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const setUp = () => {
  const on = bench(iamService);
  const making = { ids: on.ids, now: START };
  const role = addRole(on.world, { account: ACCOUNT, name: 'Web', trust }, making);
  return { ...on, making, role };
};

describe('authorization of actions on a role', () => {
  const administrator = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  };
  const ask = (account: string, inline: Record<string, object>, action: string) => {
    const on = setUp();
    const role = addRole(on.world, { account, name: 'Caller', trust, inline }, on.making);
    const caller = roleSession(on.world, role, { name: 'run', now: START });
    return decide(
      { world: on.world, services: [iamService], caller, region: REGION, now: START },
      { action, resource: on.role.arn, account: ACCOUNT },
    ).verdict;
  };

  it.each([
    [
      'allows IAM actions by an identity policy of the account',
      ACCOUNT,
      { all: administrator },
      'iam:PutRolePolicy',
      'allow',
    ],
    ['allows passing the role likewise', ACCOUNT, { all: administrator }, 'iam:PassRole', 'allow'],
    ['denies IAM actions without an identity policy', ACCOUNT, {}, 'iam:PutRolePolicy', 'deny'],
    [
      'denies IAM actions from another account',
      OTHER_ACCOUNT,
      { all: administrator },
      'iam:PutRolePolicy',
      'deny',
    ],
    [
      'denies assuming the role by an identity policy alone',
      ACCOUNT,
      { all: administrator },
      'sts:AssumeRole',
      'deny',
    ],
  ])('%s', (_what, account, inline, action, verdict) => {
    expect(ask(account, inline, action)).toBe(verdict);
  });
});
