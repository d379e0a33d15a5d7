import type { AssumeRoleCommandOutput, GetSessionTokenCommandOutput } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../core/authorize.ts';
import { Identities } from '../../core/identities.ts';
import { seededIds } from '../../core/ids.ts';
import type { Caller } from '../../core/operation.ts';
import { addUser, userCaller } from '../iam/build-user.ts';
import { addRole } from '../iam/build.ts';
import { iamService } from '../iam/service.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, START, testWorld } from '../testing.ts';
import { sessionTokenRefusal } from './get-session-token.ts';
import { mfaCode } from './mfa.ts';
import { stsService } from './service.ts';

const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
/** The trust of the page's example: users of another account, with MFA alone. */
const WITH_MFA = policy({
  Effect: 'Allow',
  Principal: { AWS: ACCOUNT },
  Action: 'sts:AssumeRole',
  Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
});
const SECRET = { secret: '12345678901234567890' };

/** Richard of account B, and CrossAccountRole of account A. */
const setUp = () => {
  const world = testWorld();
  const ids = seededIds('mfa');
  const user = addUser(
    world,
    {
      account: ACCOUNT,
      name: 'richard',
      mfaSecret: SECRET.secret,
      inline: { take: policy({ Effect: 'Allow', Action: ['sts:AssumeRole', 'iam:GetRole'], Resource: '*' }) },
    },
    { ids },
  );
  const role = addRole(
    world,
    { account: OTHER_ACCOUNT, name: 'CrossAccountRole', trust: WITH_MFA },
    { ids, now: START },
  );
  const identities = new Identities(ids);
  const at = { caller: userCaller(user) };
  const on = bench(
    stsService,
    {
      caller: at.caller,
      decide: (check) =>
        decide(
          { world, services: [iamService, stsService], caller: at.caller, region: REGION, now: START },
          check,
        ).verdict,
      host: { issueCredentials: (session, seconds) => identities.issue(session, START, seconds) },
    },
    world,
  );
  const sessionOf = (output: {
    readonly Credentials?: { readonly AccessKeyId?: string | undefined } | undefined;
  }): Caller => {
    const found = identities.find(output.Credentials?.AccessKeyId ?? '');
    if (found === undefined) throw new Error('no credentials were issued');
    return found.caller;
  };
  const as = (caller: Caller) => {
    at.caller = caller;
    return { caller };
  };
  return {
    user,
    shown: { SerialNumber: user.device?.serialNumber, TokenCode: mfaCode(SECRET, START) },
    token: async (input: object = {}, caller: Caller = userCaller(user)) =>
      sessionOf(await on.perform<GetSessionTokenCommandOutput>('GetSessionToken', input, as(caller))),
    assume: async (input: object = {}, caller: Caller = userCaller(user)) =>
      sessionOf(
        await on.perform<AssumeRoleCommandOutput>(
          'AssumeRole',
          { RoleArn: role.arn, RoleSessionName: 'richard', ...input },
          as(caller),
        ),
      ),
  };
};

let on: ReturnType<typeof setUp>;
beforeEach(() => {
  on = setUp();
});

describe('a code', () => {
  // https://www.rfc-editor.org/rfc/rfc6238 (appendix B, SHA1; a device shows the last six of its eight digits)
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ])('is at second %i %s', (second, code) => {
    expect(mfaCode(SECRET, second * 1000)).toBe(code);
  });

  it('is good for one request, of its own device, and no other code is', async () => {
    const { shown, assume, token } = on;
    await expect(assume({ ...shown, TokenCode: mfaCode(SECRET, START + 600_000) })).rejects.toMatchObject({
      code: 'AccessDenied',
      message: /invalid MFA/,
    });
    await expect(assume({ ...shown, SerialNumber: 'arn:aws:iam::999900001111:mfa/x' })).rejects.toMatchObject(
      {
        code: 'AccessDenied',
      },
    );
    await assume(shown);
    await expect(token(shown)).rejects.toMatchObject({ code: 'AccessDenied', message: /invalid MFA/ });
  });

  it('comes with the number of its device, as six digits', async () => {
    const { shown, token } = on;
    for (const input of [
      { SerialNumber: shown.SerialNumber },
      { TokenCode: '123456' },
      { ...shown, TokenCode: '12' },
    ])
      await expect(token(input)).rejects.toMatchObject({ code: 'ValidationError' });
  });
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html */
describe('a role that is taken with MFA alone', () => {
  it('is not given to long-term keys, which say nothing of MFA', async () => {
    await expect(on.assume()).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it('is given to who shows it when taking, and its session says nothing of MFA any more', async () => {
    const session = await on.assume(on.shown);
    expect(session.principal.kind).toBe('role-session');
    expect(Object.keys(session.context)).not.toContain('aws:MultiFactorAuthPresent');
  });

  it('is given to a session of GetSessionToken that showed it, and to none that did not', async () => {
    const without = await on.token();
    expect(without.context).toMatchObject({ 'aws:MultiFactorAuthPresent': 'false' });
    await expect(on.assume({}, without)).rejects.toMatchObject({ code: 'AccessDenied' });
    const session = await on.token(on.shown);
    expect(session.context).toMatchObject({ 'aws:MultiFactorAuthPresent': 'true' });
    await expect(on.assume({}, session)).resolves.toMatchObject({ account: OTHER_ACCOUNT });
  });

  it('is not given to a role that was itself taken with MFA', async () => {
    const first = await on.assume(on.shown);
    await expect(on.assume({}, first)).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
describe('GetSessionToken', () => {
  it('is for the long-term keys of a user', async () => {
    const role = await on.assume(on.shown);
    await expect(on.token({}, role)).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(on.token({}, await on.token())).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it.each([899, 129_601])('gives no session of %i seconds', async (DurationSeconds) => {
    await expect(on.token({ DurationSeconds })).rejects.toMatchObject({ code: 'ValidationError' });
  });

  it('gives sessions that reach IAM with MFA alone, and of STS two operations', async () => {
    const without = await on.token();
    const session = await on.token(on.shown);
    const reach = (caller: Caller, service: string, operation: string) =>
      sessionTokenRefusal(caller, { service, operation }) === undefined;
    expect(reach(without, 'iam', 'GetRole')).toBe(false);
    expect(reach(session, 'iam', 'GetRole')).toBe(true);
    expect(reach(without, 'ec2', 'DescribeInstances')).toBe(true);
    for (const caller of [without, session]) {
      expect(reach(caller, 'sts', 'AssumeRole')).toBe(true);
      expect(reach(caller, 'sts', 'GetCallerIdentity')).toBe(true);
      expect(reach(caller, 'sts', 'GetSessionToken')).toBe(false);
    }
    expect(reach(userCaller(on.user), 'iam', 'GetRole')).toBe(true);
  });
});
