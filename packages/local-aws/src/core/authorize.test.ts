import { compile } from '@cordon/iam';
import { describe, expect, it } from 'vitest';
import { attachControlPolicy } from '../services/organizations/control-policies.ts';
import { OTHER_ACCOUNT, REGION, rootOf, sessionOf, START, testWorld } from '../services/testing.ts';
import { decide, requestFor, type Asking } from './authorize.ts';
import type { Caller, Check, Service } from './operation.ts';

const BUCKET = 'arn:aws:s3:::things';
const check: Check = { action: 's3:GetObject', resource: `${BUCKET}/a`, account: OTHER_ACCOUNT };

/** A world in which control policies of both kinds deny everything to every member. */
const closedWorld = () => {
  const world = testWorld();
  const everything = { Effect: 'Deny', Action: '*', Resource: '*' };
  const target = { kind: 'root' } as const;
  attachControlPolicy(world, {
    kind: 'SCP',
    name: 'nothing',
    target,
    document: { Version: '2012-10-17', Statement: [everything] },
  });
  attachControlPolicy(world, {
    kind: 'RCP',
    name: 'none',
    target,
    document: { Version: '2012-10-17', Statement: [{ ...everything, Action: 's3:*', Principal: '*' }] },
  });
  return world;
};

const asking = (caller: Caller, more: Partial<Asking> = {}): Asking => ({
  world: closedWorld(),
  services: [],
  caller,
  region: REGION,
  now: START,
  ...more,
});

const controlOf = (caller: Caller, asked: Check = check) => {
  const { serviceControl, resourceControl } = requestFor(asking(caller), asked).policies;
  return { serviceControl: serviceControl?.length, resourceControl: resourceControl?.length };
};

describe('the control policies in force', () => {
  const serviceLinked = (path: string): Caller => {
    const session = sessionOf(OTHER_ACCOUNT, 'AWSServiceRoleForAutoScaling', 'AutoScaling');
    if (session.principal.kind !== 'role-session') return session;
    const roleArn = `arn:aws:iam::${OTHER_ACCOUNT}:role${path}AWSServiceRoleForAutoScaling`;
    return { ...session, principal: { ...session.principal, roleArn } };
  };
  const service: Caller = {
    ...rootOf(OTHER_ACCOUNT),
    principal: { kind: 'service', service: 'events.amazonaws.com' },
  };

  it.each<[string, Caller, number, number]>([
    ['a member', rootOf(OTHER_ACCOUNT), 3, 3],
    ['the management account, which RCPs bind on a resource of a member', rootOf('111111111111'), 0, 3],
    ['a service', service, 0, 3],
    ['a service-linked role', serviceLinked('/aws-service-role/autoscaling.amazonaws.com/'), 0, 0],
    ['a role that only looks service-linked', serviceLinked('/team/aws-service-role/'), 3, 3],
    ['somebody outside of the organization', rootOf('999999999999'), 0, 3],
  ])('are those that bind %s', (_who, caller, serviceControl, resourceControl) => {
    expect(controlOf(caller)).toEqual({ serviceControl, resourceControl });
  });

  it.each([
    ['the management account', '111111111111'],
    ['an account outside of the organization', '999999999999'],
  ])('are no RCPs on a resource of %s', (_whose, account) => {
    expect(controlOf(rootOf(OTHER_ACCOUNT), { ...check, account }).resourceControl).toBe(0);
  });

  it('leave out RCPs on services that they do not reach', () => {
    const world = testWorld();
    attachControlPolicy(world, {
      kind: 'RCP',
      name: 'none',
      target: { kind: 'root' },
      document: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Principal: '*', Action: ['ec2:*', 's3:*'], Resource: '*' }],
      },
    });
    const ask = (action: string) =>
      decide(asking(rootOf(OTHER_ACCOUNT), { world }), { action, resource: '*' }).verdict;
    expect(ask('ec2:StopInstances')).toBe('allow');
    expect(ask('s3:GetObject')).toBe('deny');
  });
});

describe('requestFor', () => {
  const endpoint = compile(
    { Statement: { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' } },
    'endpoint',
  );
  const through = { vpcEndpointId: 'vpce-1', vpcId: 'vpc-1', sourceIp: '10.0.1.9', policy: endpoint };

  it('says which VPC endpoint a request comes through, and nothing of one on the internet', () => {
    const request = requestFor(asking(rootOf(OTHER_ACCOUNT), { through }), check);
    expect(request.policies.endpoint).toBe(endpoint);
    expect(request.context).toMatchObject({
      'aws:SourceVpce': 'vpce-1',
      'aws:SourceVpc': 'vpc-1',
      'aws:VpcSourceIp': '10.0.1.9',
    });
    const outside = requestFor(asking(rootOf(OTHER_ACCOUNT)), check);
    expect(outside.policies).not.toHaveProperty('endpoint');
    expect(Object.keys(outside.context).filter((key) => /vpc/i.test(key))).toEqual([]);
  });

  it('leaves a bucket policy out for the root user of its account, who changes it whatever it denies', () => {
    const denied = compile(
      { Statement: { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' } },
      'bucket policy',
    );
    const service: Service = {
      name: 's3',
      operations: {},
      resourcePolicy: () => ({ policy: denied, mode: 'alone-suffices' }),
    };
    const ask = (caller: Caller, action: string): string =>
      decide(asking(caller, { world: testWorld(), services: [service] }), {
        action,
        resource: BUCKET,
        account: OTHER_ACCOUNT,
      }).verdict;
    expect(ask(rootOf(OTHER_ACCOUNT), 's3:PutBucketPolicy')).toBe('allow');
    expect(ask(rootOf(OTHER_ACCOUNT), 's3:DeleteBucketPolicy')).toBe('allow');
    expect(ask(rootOf(OTHER_ACCOUNT), 's3:DeleteBucket')).toBe('deny');
    expect(ask(rootOf('111111111111'), 's3:PutBucketPolicy')).toBe('deny');
    expect(ask(sessionOf(OTHER_ACCOUNT, 'Admin', 'a'), 's3:PutBucketPolicy')).toBe('deny');
  });

  it('gives the question to whoever decides in place of the engine, which is not asked', () => {
    const caller = rootOf(OTHER_ACCOUNT);
    const asked: unknown[] = [];
    const decision = { verdict: 'allow', layer: 'identity', decisive: [], why: 'all is allowed' } as const;
    const given = asking(caller, {
      authorize: (...question) => {
        asked.push(...question);
        return decision;
      },
    });
    expect(decide(given, check)).toBe(decision);
    expect(asked).toEqual([requestFor(given, check), check, caller]);
    expect(decide(asking(caller), check).verdict).toBe('deny');
  });
});
