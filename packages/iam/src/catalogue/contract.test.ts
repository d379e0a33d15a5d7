import { beforeAll, describe, expect, it } from 'vitest';
import { contractProblems, keysNotGiven, type ContractCheck } from './contract.ts';
import { openCatalogue, type Catalogue } from './open-catalogue.ts';

const INSTANCE = 'arn:aws:ec2:eu-west-1:111111111111:instance/i-1';
const SNAPSHOT = 'arn:aws:ec2:eu-west-1::snapshot/snap-1';
const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/k';
const ROLE = 'arn:aws:iam::111111111111:role/path/of/role';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await openCatalogue(['ec2', 'kms', 's3', 'states', 'sts']);
});

const problems = (...checks: ContractCheck[]) => contractProblems(checks, catalogue);

describe('what keeps the contract', () => {
  const cases: readonly (readonly [string, readonly ContractCheck[]])[] = [
    ['an action without resources on *', [{ action: 'ec2:DescribeInstances', resource: '*' }]],
    [
      'a thing that does not exist yet',
      [{ action: 'ec2:CopySnapshot', resource: 'arn:aws:ec2:eu-west-1::snapshot/*' }],
    ],
    ['another partition', [{ action: 'ec2:StopInstances', resource: INSTANCE.replace('aws', 'aws-cn') }]],
    [
      'keys of the action, of the type by template, and global ones, in any case',
      [
        {
          action: 'ec2:StopInstances',
          resource: INSTANCE,
          context: { 'EC2:region': 'r', 'aws:ResourceTag/Any Name': 'x', 'aws:ViaAWSService': 'true' },
        },
      ],
    ],
    [
      'a key with a name of its own',
      [{ action: 'kms:Decrypt', resource: KEY, context: { 'kms:EncryptionContext:aws:ebs:id': 'vol-1' } }],
    ],
    ['a role with a path', [{ action: 'sts:AssumeRole', resource: ROLE }]],
    ['an object key with slashes and colons', [{ action: 's3:GetObject', resource: 'arn:aws:s3:::b/a/b:c' }]],
    [
      'one of two types that the reference marks as required (a known deviation)',
      [{ action: 'states:ListExecutions', resource: 'arn:aws:states:eu-west-1:111111111111:stateMachine:m' }],
    ],
  ];
  it.each(cases)('is %s', (_name, checks) => {
    expect(problems(...checks)).toEqual([]);
  });
});

describe('what breaks the contract', () => {
  const cases: readonly (readonly [string, readonly ContractCheck[], RegExp])[] = [
    ['an action that AWS does not have', [{ action: 'ec2:Explode', resource: '*' }], /no action of AWS/],
    ['a service that AWS does not have', [{ action: 'ec3:Run', resource: '*' }], /no action of AWS/],
    [
      'an action in other letters',
      [{ action: 'ec2:describeinstances', resource: '*' }],
      /spelled ec2:DescribeInstances/,
    ],
    [
      'an ARN where AWS knows no resources',
      [{ action: 'ec2:DescribeInstances', resource: INSTANCE }],
      /want \*/,
    ],
    [
      '* where AWS has resources',
      [{ action: 'ec2:StopInstances', resource: '*' }],
      /want an ARN of instance/,
    ],
    [
      'a snapshot with an account',
      [{ action: 'ec2:DeleteSnapshot', resource: SNAPSHOT.replace('::', ':111111111111:') }],
      /no resource type/,
    ],
    [
      'an empty id',
      [{ action: 'ec2:DeleteSnapshot', resource: 'arn:aws:ec2:eu-west-1::snapshot/' }],
      /no resource type/,
    ],
    [
      'an alias where the key counts',
      [{ action: 'kms:Decrypt', resource: 'arn:aws:kms:eu-west-1:111111111111:alias/a' }],
      /no resource type/,
    ],
    [
      'a key that the type has but the action does not give',
      [{ action: 'ec2:CopySnapshot', resource: SNAPSHOT, context: { 'aws:ResourceTag/x': 'y' } }],
      /aws:ResourceTag\/x/,
    ],
    [
      'a template without its name',
      [{ action: 'kms:Decrypt', resource: KEY, context: { 'kms:EncryptionContext:': 'x' } }],
      /kms:EncryptionContext:/,
    ],
    [
      'a key of another action (the first mistake that this contract caught)',
      [{ action: 'sts:TagSession', resource: ROLE, context: { 'sts:ExternalId': 'x' } }],
      /sts:ExternalId/,
    ],
    [
      'a required type that no check of the call names',
      [{ action: 'ec2:AttachVolume', resource: INSTANCE }],
      /required resource type volume/,
    ],
  ];
  it.each(cases)('is %s', (_name, checks, expected) => {
    expect(problems(...checks)).toEqual([expect.stringMatching(expected)]);
  });
});

describe('keysNotGiven', () => {
  it('names the keys of action and type that a check lacks', () => {
    const context = { 'ec2:Region': 'eu-west-1', 'aws:ResourceTag/x': 'y' };
    const missing = keysNotGiven({ action: 'ec2:DeleteSnapshot', resource: SNAPSHOT, context }, catalogue);
    expect(missing).toContain('ec2:Owner');
    expect(missing).not.toContain('ec2:Region');
    expect(missing).not.toContain('aws:ResourceTag/${TagKey}');
  });

  it('names nothing where the check gives all, and for an action that AWS does not have', () => {
    const context = { 'ec2:Region': 'eu-west-1' };
    expect(keysNotGiven({ action: 'ec2:DescribeInstances', resource: '*', context }, catalogue)).toEqual([]);
    expect(keysNotGiven({ action: 'ec2:Explode', resource: '*' }, catalogue)).toEqual([]);
  });
});

describe('the catalogue', () => {
  it('names all actions and tells of one its level, types and keys', () => {
    expect(catalogue.actions.length).toBeGreaterThan(20_000);
    expect(catalogue.actions).toContain('ec2:ModifySnapshotAttribute');
    const action = catalogue.action('ec2:stopinstances');
    expect(action).toMatchObject({
      name: 'ec2:StopInstances',
      accessLevel: 'Write',
      conditionKeys: ['ec2:Region'],
    });
    expect(action?.resourceTypes.find(({ name }) => name === 'instance')).toMatchObject({
      required: true,
      arn: 'arn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}',
    });
  });

  it('gives a type without condition keys an empty list', () => {
    const types = catalogue.action('ec2:StartInstances')?.resourceTypes ?? [];
    expect(types.find(({ name }) => name === 'license-configuration')?.conditionKeys).toEqual([]);
  });

  it('takes more services later, once, and refuses what AWS does not have or nobody loaded', async () => {
    const fresh = await openCatalogue();
    expect(() => fresh.action('sqs:SendMessage')).toThrow(/has not loaded sqs/);
    await fresh.load(['sqs']);
    await fresh.load(['sqs']);
    expect(fresh.action('sqs:SendMessage')?.name).toBe('sqs:SendMessage');
    await expect(fresh.load(['ec3'])).rejects.toThrow(/no service has the prefix ec3/);
  });
});
