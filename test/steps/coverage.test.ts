import { compile } from '@cordon/iam';
import { addManagedPolicy, iamState, kmsState } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { coverageStage, type CoverageStage } from './coverage-stage.ts';

const verdicts = (stage: CoverageStage, account: string): readonly string[] =>
  stage
    .of(account)
    .map(({ region, verdict }) => `${region} ${verdict}`)
    .toSorted();

const openChecks = (stage: CoverageStage, account: string): readonly string[] => [
  ...new Set(
    stage
      .of(account)
      .flatMap(({ checks }) => checks.filter(({ result }) => result !== 'ok'))
      .map(({ says }) => says),
  ),
];

const rolesOf = ({ organization }: CoverageStage, account: string) =>
  organization.world.of(iamState, account, '').roles;

/** Takes a role away, and gives what puts it back. */
const without = (stage: CoverageStage, account: string, name: string): (() => void) => {
  const roles = rolesOf(stage, account);
  const role = roles.get(name);
  if (role === undefined) throw new Error(`${account} has no role ${name}`);
  roles.delete(name);
  return () => void roles.set(name, role);
};

const setAccount = ({ organization: { world } }: CoverageStage, id: string, more: object): void => {
  const account = world.accounts.get(id);
  if (account === undefined) throw new Error(`there is no account ${id}`);
  world.accounts.set(id, { ...account, ...more });
};

const FILLER = '602011170000';
const BOTH = ['eu-central-1', 'eu-west-1'];
const bothAre = (verdict: string): readonly string[] => BOTH.map((region) => `${region} ${verdict}`);

describe('an organization in which all is well', () => {
  it('is protected everywhere, tells so once, and is left alone for a day', async () => {
    const stage = await coverageStage();
    expect(await stage.cover()).toEqual({ tried: 4, left: 0, late: 0 });
    expect(stage.rows()).toHaveLength(4 * 2);
    expect(stage.rows().map(({ verdict }) => verdict)).toEqual(Array(8).fill('protected'));
    expect(stage.told('account-covered').map(({ accounts }) => accounts.length)).toEqual([4]);
    expect(stage.logged).toContainEqual(expect.objectContaining({ Verdict: 'protected', Coverage: 8 }));
    expect(await stage.cover()).toEqual({ tried: 0, left: 0, late: 0 });
    await stage.minutes(24 * 60);
    const [since] = stage.of(FILLER).map(({ protectedSince }) => protectedSince);
    await stage.cover();
    expect(stage.of(FILLER).map(({ protectedSince }) => protectedSince)).toEqual([since, since]);
    expect(stage.told('account-covered')).toHaveLength(1);
    await stage.organization.close();
  });

  it('is changed by no try, and no try is denied what it does', async () => {
    const stage = await coverageStage();
    await stage.cover();
    const { calls } = stage.organization.journal;
    const tries = calls.filter(({ caller }) => caller.includes('inc-coverage-try'));
    const changing = tries.filter(({ operation }) => !/^(Describe|Get|List|Simulate)/.test(operation));
    expect(
      new Set(
        changing.map(
          ({ operation, outcome }) => `${operation} ${typeof outcome === 'string' ? outcome : outcome.code}`,
        ),
      ),
    ).toEqual(
      new Set([
        'CreateSecurityGroup DryRunOperation',
        'CreateSnapshots DryRunOperation',
        'GenerateDataKeyWithoutPlaintext DryRunOperationException',
      ]),
    );
    const ours = calls.filter(({ caller }) => /inc-coverage-try|\/cordon-coverage\//.test(caller));
    expect(ours.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict === 'deny')).toEqual([]);
    await stage.organization.close();
  });
});

describe('an account', () => {
  it('whose contain role is gone is not protected, says why, and is covered again once the role is back', async () => {
    const stage = await coverageStage();
    await stage.cover();
    const heal = without(stage, FILLER, 'cordon-contain');
    await stage.minutes(24 * 60);
    await stage.cover();
    expect(verdicts(stage, FILLER)).toEqual(bothAre('not'));
    expect(openChecks(stage, FILLER)).toEqual(['assuming cordon-contain: AWS answered AccessDenied']);
    expect(stage.told('account-uncovered').map(({ accounts }) => accounts)).toEqual([[FILLER]]);
    heal();
    // What is open is tried by every run.
    expect(await stage.cover()).toMatchObject({ tried: 1, late: 0 });
    expect(verdicts(stage, FILLER)).toEqual(bothAre('protected'));
    expect(stage.told('account-covered')).toHaveLength(2);
    await stage.organization.close();
  });

  it('that an SCP denies the isolation in one Region is open there alone', async () => {
    const stage = await coverageStage();
    const { suspect } = stage;
    stage.deny(suspect.account, {
      Action: 'ec2:CreateSecurityGroup',
      Condition: { StringEquals: { 'aws:RequestedRegion': suspect.region } },
    });
    await stage.cover();
    expect(verdicts(stage, suspect.account)).toEqual(['eu-central-1 not', 'eu-west-1 protected']);
    expect(openChecks(stage, suspect.account)).toEqual([
      'making an isolation group (a dry run): AWS answered UnauthorizedOperation',
    ]);
    await stage.organization.close();
  });

  it('that an SCP denies the freeze is cut off and not frozen: partly', async () => {
    const stage = await coverageStage();
    const { suspect } = stage;
    stage.deny(suspect.account, { Action: 'ec2:CreateSnapshots' });
    await stage.cover();
    // Tried where an instance runs.
    expect(verdicts(stage, suspect.account)).toEqual(['eu-central-1 partly', 'eu-west-1 protected']);
    await stage.organization.close();
  });

  it('is protected in part where the transit key of the Region cannot be used', async () => {
    const stage = await coverageStage();
    const { organization, config } = stage;
    for (const key of organization.world.of(kmsState, config.accounts.evidence, 'eu-central-1').keys.values())
      key.state = 'Disabled';
    await stage.cover();
    expect(verdicts(stage, FILLER)).toEqual(['eu-central-1 partly', 'eu-west-1 protected']);
    expect(openChecks(stage, FILLER)).toEqual([
      'use of the transit key (a dry run): AWS answered DisabledException',
    ]);
    await stage.organization.close();
  });

  it('whose role may no longer do what no dry run shows is protected in part, by the word of the simulator', async () => {
    const stage = await coverageStage();
    const { account, region } = stage.suspect;
    stage.deny(account, { Action: 'iam:AttachRolePolicy' });
    stage.deny(account, {
      Action: ['ec2:LockSnapshot', 'ec2:CopySnapshot'],
      Condition: { StringEquals: { 'aws:RequestedRegion': region } },
    });
    await stage.cover();
    expect(verdicts(stage, account)).toEqual(bothAre('partly'));
    const saysIn = (where: string) =>
      stage
        .of(account)
        .filter((row) => row.region === where)
        .flatMap(({ checks }) => checks.filter(({ result }) => result !== 'ok').map(({ says }) => says));
    const denying = 'denying sessions (simulated): an SCP would deny iam:AttachRolePolicy';
    // Of IAM in both Regions, of EC2 in the one.
    expect(saysIn('eu-west-1')).toEqual([denying]);
    expect(saysIn(region)).toEqual([
      'sharing, copying and locking snapshots (simulated): an SCP would deny ec2:LockSnapshot, an SCP would deny ec2:CopySnapshot',
      denying,
    ]);
    await stage.organization.close();
  });

  it('whose role was given a boundary, or lost a statement, is found out by no dry run, and by the simulator', async () => {
    const stage = await coverageStage();
    const { world } = stage.organization;
    const roles = rolesOf(stage, FILLER);
    const [revoke, acquire] = ['cordon-revoke', 'cordon-acquire'].map((name) => roles.get(name));
    if (revoke === undefined || acquire === undefined) throw new Error('a role is missing');
    const bound = (name: string, Action: string | readonly string[]) =>
      addManagedPolicy(world, {
        account: FILLER,
        name,
        document: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: '*', Resource: '*' },
            { Effect: 'Deny', Action, Resource: '*' },
          ],
        },
      }).arn;
    roles.set('cordon-revoke', { ...revoke, boundaryArn: bound('no-tags', 'iam:TagRole') });
    const without = (text: string): string =>
      text.replaceAll('ec2:ModifySnapshotAttribute', 'ec2:DescribeSnapshotAttribute');
    const texts = world.of(iamState, FILLER, '').texts;
    roles.set('cordon-acquire', {
      ...acquire,
      inline: new Map(
        [...acquire.inline].map(([name, policy]) => [
          name,
          compile(JSON.parse(without(texts.get(policy) ?? '')), name),
        ]),
      ),
    });
    await stage.cover();
    expect(verdicts(stage, FILLER)).toEqual(bothAre('partly'));
    expect(openChecks(stage, FILLER).toSorted()).toEqual([
      "denying sessions (simulated): the role's boundary would deny iam:TagRole",
      "sharing, copying and locking snapshots (simulated): the role's own policies would deny ec2:ModifySnapshotAttribute",
    ]);
    roles.set('cordon-revoke', revoke).set('cordon-acquire', acquire);
    await stage.cover();
    expect(verdicts(stage, FILLER)).toEqual(bothAre('protected'));
    await stage.organization.close();
  });

  it('in which nothing can be simulated is as protected as it was tried to be, and is not tried all the time for it', async () => {
    const stage = await coverageStage();
    // As where the members' template is older than the functions.
    stage.deny(FILLER, { Action: 'iam:SimulatePrincipalPolicy' });
    await stage.cover();
    expect(verdicts(stage, FILLER)).toEqual(bothAre('protected'));
    expect(openChecks(stage, FILLER)).toContain('denying sessions (simulated): AWS answered AccessDenied');
    expect(await stage.cover()).toMatchObject({ tried: 0 });
    await stage.organization.close();
  });

  it('that comes later is found, is late when its time is over, told once, and covered when its roles come', async () => {
    const stage = await coverageStage();
    const heals = ['cordon-inspect', 'cordon-contain'].map((role) => without(stage, FILLER, role));
    await stage.cover();
    const seen = stage.of(FILLER).map(({ firstSeen }) => firstSeen);
    await stage.minutes(59);
    expect(await stage.cover()).toMatchObject({ tried: 1, late: 0 });
    expect(stage.told('account-late')).toEqual([]);
    await stage.minutes(1);
    expect(await stage.cover()).toMatchObject({ tried: 1, late: 2 });
    expect(await stage.cover()).toMatchObject({ tried: 1, late: 2 });
    expect(stage.told('account-late').map(({ accounts }) => accounts)).toEqual([[FILLER]]);
    expect(stage.told('account-late')[0]?.reasons[0]).toBe(
      `${FILLER} in eu-west-1: role-inspect: assuming cordon-inspect: AWS answered AccessDenied`,
    );
    expect(stage.of(FILLER).map(({ firstSeen }) => firstSeen)).toEqual(seen);
    for (const heal of heals) heal();
    expect(await stage.cover()).toMatchObject({ late: 0 });
    expect(verdicts(stage, FILLER)).toEqual(bothAre('protected'));
    await stage.organization.close();
  });

  it('that moves is tried again at once', async () => {
    const stage = await coverageStage();
    await stage.cover();
    setAccount(stage, FILLER, { path: `${stage.config.organizationId}/r-root/ou-root-other123/` });
    expect(await stage.cover()).toMatchObject({ tried: 1 });
    expect(await stage.cover()).toMatchObject({ tried: 0 });
    await stage.organization.close();
  });

  it('that is suspended or has left has no rows any more', async () => {
    const stage = await coverageStage();
    await stage.cover();
    setAccount(stage, FILLER, { state: 'SUSPENDED' });
    stage.organization.world.accounts.delete('602011170001');
    await stage.cover();
    expect(stage.rows()).toHaveLength(2 * 2);
    expect(stage.told('account-uncovered')).toEqual([]);
    await stage.organization.close();
  });
});

describe('a try', () => {
  it('that AWS throttles says nothing of the account once, and is made again by the next run', async () => {
    let throttled = false;
    const stage = await coverageStage({
      faults: ({ operation, account }) =>
        throttled && operation === 'DescribeSecurityGroups' && account === FILLER
          ? { kind: 'throttled' }
          : undefined,
    });
    await stage.cover();
    await stage.minutes(24 * 60);
    throttled = true;
    await stage.cover();
    expect(verdicts(stage, FILLER)).toEqual(bothAre('protected'));
    expect(openChecks(stage, FILLER)).toHaveLength(1);
    expect(await stage.cover()).toMatchObject({ tried: 1 });
    // A second time nothing is left that was shown.
    expect(verdicts(stage, FILLER)).toEqual(bothAre('not'));
    throttled = false;
    await stage.cover();
    expect(openChecks(stage, FILLER)).toEqual([]);
    await stage.organization.close();
  });

  it('whose function ends with an error is unknown, and the other duties are tried all the same', async () => {
    const stage = await coverageStage({ dies: (name) => name === 'cordon-try-revoke' });
    await stage.cover();
    expect(verdicts(stage, FILLER)).toEqual(bothAre('partly'));
    expect(openChecks(stage, FILLER)).toEqual([
      'cordon-try-revoke ended with an error; its log in the security account says why',
    ]);
    await stage.organization.close();
  });
});

describe('a run', () => {
  it('is begun by the clock, so that a new account is found within ten minutes', async () => {
    const stage = await coverageStage({ clocks: true });
    // The tick, and the minute that a run takes.
    await stage.minutes(11);
    expect(stage.rows().map(({ verdict }) => verdict)).toEqual(Array(8).fill('protected'));
    await stage.organization.close();
  });

  it('that ends half way is gone on with, and nobody becomes new by it', async () => {
    let left = 0;
    const stage = await coverageStage({
      dies: (name) => {
        if (name !== 'cordon-coverage' || left === 0) return false;
        left -= 1;
        return left === 0;
      },
    });
    left = 30;
    await expect(stage.cover()).rejects.toThrow('ended between two calls');
    const seen = new Map(
      stage.rows().map(({ account, region, firstSeen }) => [`${account} ${region}`, firstSeen]),
    );
    expect(seen.size).toBe(4 * 2);
    await stage.minutes(10);
    await stage.cover();
    expect(stage.rows().map(({ verdict }) => verdict)).toEqual(Array(8).fill('protected'));
    for (const { account, region, firstSeen } of stage.rows())
      expect(firstSeen).toBe(seen.get(`${account} ${region}`));
    await stage.organization.close();
  });

  it('beside another one comes to the same', async () => {
    const stage = await coverageStage();
    await Promise.all([stage.cover(), stage.cover()]);
    expect(stage.rows().map(({ verdict }) => verdict)).toEqual(Array(8).fill('protected'));
    await stage.organization.close();
  });
});
