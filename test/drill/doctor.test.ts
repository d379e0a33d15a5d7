import {
  readPolicyFile,
  recordChecks,
  replayWith,
  routeUnder,
  type Given,
  type PolicyFile,
  type Recording,
} from '@cordon/drill';
import { beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { inProcessHandlers } from '../simulation/in-process.ts';

const record = (scenario: string): Promise<Recording> =>
  recordChecks({ config, scenario, seed: '1', runtime: { inProcess: inProcessHandlers() } });

let richest: Recording;
beforeAll(async () => {
  richest = await record('richest');
}, 60_000);

const ACCOUNT = '123412341234';
const REGION = 'us-west-2';
const OURS = 'arn:aws:iam::*:role/cordon/*';

const read = (kind: PolicyFile['kind'], statements: readonly object[]) =>
  readPolicyFile({
    text: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    name: 'theirs.json',
    kind,
  }).policy;
const deny = (action: string | readonly string[], condition?: object) => ({
  Sid: 'No',
  Effect: 'Deny',
  Action: action,
  Resource: '*',
  ...(condition === undefined ? {} : { Condition: condition }),
});
const scp = (...statements: readonly object[]): Given => ({
  scps: [{ policy: read('SCP', statements) }],
  rcps: [],
});
const rcp = (...statements: readonly object[]): Given => ({
  scps: [],
  rcps: [
    {
      policy: read(
        'RCP',
        statements.map((one) => ({ ...one, Principal: '*' })),
      ),
    },
  ],
});

const deniedBy = (given: Given) => replayWith(richest, given).denials;
const stepsOf = (given: Given) => [...new Set(deniedBy(given).map(({ step }) => step))];

describe('the recorded response', () => {
  it('has each step of the response that it ran, and each duty by the step that opened it', () => {
    const pairs = new Set(
      richest.checks.flatMap(({ step, duty }) => (duty === undefined ? [] : `${step} ${duty}`)),
    );
    expect([...pairs].toSorted()).toEqual([
      'freeze acquire',
      'hand-over acquire',
      'inspect inspect',
      'investigate examiner',
      'isolate-network contain',
      'protect contain',
      'revoke-credentials revoke',
      'take-custody custodian',
      'trace-sessions inspect',
      'verify-containment inspect',
      'watch inspect',
    ]);
  });

  it('gives late checks of keys to the step whose copy waits for them', () => {
    const late = richest.checks.filter(({ request }) => request.action === 'kms:ReEncryptFrom');
    expect(new Set(late.map(({ step }) => step))).toEqual(
      new Set(['hand-over', 'take-custody', 'investigate']),
    );
  });
});

describe('replayWith', () => {
  it('denies nothing where nothing is given, elsewhere as here', () => {
    const none = { scps: [], rcps: [] };
    const here = replayWith(richest, none);
    expect(here).toMatchObject({
      denials: [],
      underGiven: 0,
      notExercised: ['open-path', 'capture-memory', 'stop', 'replace', 'hash-blocks', 'release'],
      unjudgedKeys: [],
    });
    expect(here.replayed).toBeGreaterThan(500);
    const everything = { Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' };
    expect(deniedBy({ ...scp(everything), account: ACCOUNT, region: REGION })).toEqual([]);
  });

  it('names each step, action, resource and statement that an SCP denies, and nothing else', () => {
    expect(deniedBy(scp(deny('ec2:ModifySnapshotAttribute')))).toEqual([
      {
        step: 'hand-over',
        duty: 'acquire',
        action: 'ec2:ModifySnapshotAttribute',
        resource: 'arn:aws:ec2:eu-central-1::snapshot/*',
        who: 'arn:aws:iam::602011160021:role/cordon/cordon-acquire',
        layer: 'service-control',
        policy: 'SCP theirs.json',
        sid: 'No',
        why: 'explicit deny in a service control policy (SCP theirs.json/No)',
        assumed: false,
        requests: 6,
      },
      expect.objectContaining({ step: 'take-custody', duty: 'custodian', sid: 'No', requests: 4 }),
      // The results of the examination, to the evidence account and back from it.
      expect.objectContaining({ step: 'investigate', duty: 'examiner', sid: 'No', requests: 2 }),
    ]);
  });

  it('finds what an SCP against IAM takes from containment and from the forensic machine', () => {
    const denied = deniedBy(scp(deny('iam:*'))).map(({ step, action }) => `${step} ${action}`);
    expect(denied).toContain('revoke-credentials iam:AttachRolePolicy');
    expect(denied).toContain('revoke-credentials iam:PassRole');
    expect(denied).toContain('investigate iam:PassRole');
    expect(denied.filter((one) => !one.includes(' iam:'))).toEqual([]);
  });

  it('denies by Region what takes place in the Region that is meant, and nothing in one that is allowed', () => {
    const elsewhere = deny('ec2:*', { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', REGION] } });
    expect(stepsOf(scp(elsewhere))).toContain('isolate-network');
    expect(deniedBy({ ...scp(elsewhere), region: REGION })).toEqual([]);
  });

  it('denies by account what the member that is meant does', () => {
    const theirs = deny('ec2:CreateSnapshots', { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } });
    expect(deniedBy(scp(theirs))).toEqual([]);
    expect(stepsOf({ ...scp(theirs), account: ACCOUNT })).toEqual(['freeze']);
  });

  it("lets Cordon's roles pass where a statement exempts them", () => {
    expect(stepsOf(scp(deny('*')))).toContain('isolate-network');
    expect(deniedBy(scp(deny('*', { ArnNotLike: { 'aws:PrincipalArn': OURS } })))).toEqual([]);
  });

  it('takes an allow-list as all that its level allows', () => {
    const list = ['ec2', 'autoscaling', 'iam', 's3', 'sts', 'guardduty', 'organizations', 'states', 'lambda'];
    const more = [
      'dynamodb',
      'events',
      'sqs',
      'sns',
      'ssm',
      'logs',
      'kms',
      'cloudtrail',
      'elasticloadbalancing',
      'inspector2',
    ];
    const allow = (services: readonly string[]) => ({
      Effect: 'Allow',
      Action: services.map((service) => `${service}:*`),
      Resource: '*',
    });
    expect(deniedBy(scp(allow([...list, ...more])))).toEqual([]);
    const withoutKms = deniedBy(scp(allow([...list, ...more].filter((service) => service !== 'kms'))));
    expect(withoutKms.length).toBeGreaterThan(0);
    for (const denial of withoutKms) {
      expect(denial).toMatchObject({ layer: 'service-control', policy: 'SCP theirs.json' });
      expect(denial.action).toMatch(/^kms:/);
      expect(denial).not.toHaveProperty('sid');
    }
  });

  it('limits an SCP to accounts of one kind', () => {
    const policy = read('SCP', [deny('ec2:*')]);
    const whose = (only: 'member' | 'evidence' | 'forensics') =>
      new Set(deniedBy({ scps: [{ policy, only }], rcps: [] }).map(({ who }) => who.split(':')[4]));
    expect(whose('member')).toEqual(new Set(['602011160021']));
    expect(whose('evidence')).toEqual(new Set([config.accounts.evidence]));
    expect(whose('forensics')).toEqual(new Set([config.accounts.forensics]));
  });

  it('binds no service by an SCP', () => {
    expect(deniedBy(scp(deny('sts:AssumeRole'))).filter(({ who }) => !who.startsWith('arn:'))).toEqual([]);
  });

  const fromOutside = {
    StringNotEqualsIfExists: { 'aws:PrincipalOrgID': config.organizationId },
    BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
  };

  it('passes an RCP that keeps out who is not of the organization', () => {
    const given = rcp(deny(['s3:*', 'sqs:*', 'kms:*', 'sts:AssumeRole'], fromOutside));
    const replayed = replayWith(richest, given);
    expect(replayed.denials).toEqual([]);
    expect(replayed.underGiven).toBeGreaterThan(100);
  });

  it('finds that an RCP without an exception for services stops functions and findings', () => {
    const { BoolIfExists: _services, ...alone } = fromOutside;
    const denied = deniedBy(rcp(deny(['sqs:*', 'sts:AssumeRole'], alone)));
    expect(denied.map(({ who }) => who)).toContain('lambda.amazonaws.com');
    expect(denied.map(({ step, layer }) => `${step} ${layer}`)).toContain('intake resource-control');
  });

  it('denies by an RCP that wants one VPC: the functions stand in none', () => {
    const given = rcp(deny('s3:*', { StringNotEquals: { 'aws:SourceVpc': 'vpc-0123456789abcdef0' } }));
    const replayed = replayWith(richest, given);
    expect(new Set(replayed.denials.map(({ layer }) => layer))).toEqual(new Set(['resource-control']));
    expect(replayed.denials.map(({ action }) => action)).toContain('s3:PutObject');
    expect(replayed.unjudgedKeys).toEqual([]);
  });

  it('has no RCP bear on a service that RCPs do not reach', () => {
    expect(deniedBy(rcp(deny('ec2:*')))).toEqual([]);
  });

  it('says which condition keys it cannot judge, and of which statement', () => {
    const address = { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } };
    const tagged = { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } };
    const { unjudgedKeys } = replayWith(
      richest,
      scp({ ...deny('ec2:*', address), Sid: 'Office' }, { ...deny('ec2:*', tagged), Sid: 'Team' }),
    );
    expect(unjudgedKeys).toEqual([
      expect.objectContaining({
        sid: 'Office',
        key: 'aws:sourceip',
        because: expect.stringMatching(/never given/) as string,
      }),
      expect.objectContaining({ sid: 'Team', key: 'aws:resourcetag/team' }),
    ]);
  });
});

describe('the policy of a key', () => {
  const statement = (who: string, action: string | readonly string[]) => ({
    Effect: 'Allow',
    Principal: { AWS: who },
    Action: action,
    Resource: '*',
  });
  const under = (...statements: readonly object[]): Given & { readonly keyPolicy: object } => ({
    scps: [],
    rcps: [],
    keyPolicy: read('key policy', statements),
    account: ACCOUNT,
    region: REGION,
  });
  const root = statement(`arn:aws:iam::${ACCOUNT}:root`, 'kms:*');
  const custodian = statement(`arn:aws:iam::${config.accounts.evidence}:root`, [
    'kms:DescribeKey',
    'kms:Decrypt',
    'kms:ReEncryptFrom',
    'kms:CreateGrant',
  ]);

  it('that leaves its use to the account denies nothing', () => {
    const replayed = replayWith(richest, under(root));
    expect(replayed.denials).toEqual([]);
    expect(replayed.underGiven).toBeGreaterThan(0);
  });

  it("that forgets the account's root denies the hand-over", () => {
    const denied = deniedBy(under(statement(`arn:aws:iam::${ACCOUNT}:role/admin`, 'kms:*')));
    expect(new Set(denied.map(({ step, layer }) => `${step} ${layer}`))).toEqual(
      new Set(['hand-over resource']),
    );
    expect(denied.map(({ action }) => action)).toContain('kms:CreateGrant');
  });

  it('of another account than the one that is meant denies it too', () => {
    expect(stepsOf({ ...under(root), account: '432143214321' })).toEqual(['hand-over']);
  });

  it('decides by which way a disk is taken, and is held to that way', async () => {
    const routeOf = (given: Given) =>
      given.keyPolicy === undefined ? undefined : routeUnder(given.keyPolicy, richest, ACCOUNT);
    expect(routeOf(under(root))).toBe('transit');
    expect(routeOf(under(root, custodian))).toBe('direct');
    const direct = await record('admitting-key');
    expect(replayWith(direct, under(root, custodian)).denials).toEqual([]);
    // It answers the custodian's question, and does not let it copy.
    const closed = { ...custodian, Action: 'kms:DescribeKey' };
    expect(routeOf(under(root, closed))).toBe('direct');
    const denied = replayWith(direct, under(root, closed)).denials;
    expect(denied.map(({ step, layer }) => `${step} ${layer}`)).toContain('take-custody cross-account');
  });
});
