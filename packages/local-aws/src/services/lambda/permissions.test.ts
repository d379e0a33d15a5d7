import {
  AddPermissionCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  lambdaFunction,
  MEMBER,
  organizationWith,
  REGION,
  role,
  SECURITY,
} from '../../organization-testing.ts';
import type { Organization } from '../../organization.ts';
import { iamState } from '../iam/state.ts';

const ARN = `arn:aws:lambda:${REGION}:${SECURITY}:function:echo`;
const CALLER = `arn:aws:iam::${MEMBER}:role/caller`;

const MAY_CALL = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' };

let organization: Organization;

const clientOf = (account: string, who: 'administrator' | { readonly arn: string }): LambdaClient =>
  new LambdaClient({
    region: REGION,
    credentials: organization.credentialsFor(account, who),
    requestHandler: organization.requestHandler,
    maxAttempts: 1,
  });

const makeCaller = (): void =>
  void organization.deploy(
    { Resources: { Caller: role('ec2.amazonaws.com', 'caller', MAY_CALL) } },
    { account: MEMBER, region: REGION, stackName: 'caller' },
  );

const ask = <Answer>(work: (owner: LambdaClient) => Promise<Answer>): Promise<Answer> =>
  organization.during(() => work(clientOf(SECURITY, 'administrator')));
const add = (sid: string, principal: string = CALLER) =>
  ask((owner) =>
    owner.send(
      new AddPermissionCommand({
        FunctionName: 'echo',
        StatementId: sid,
        Action: 'lambda:InvokeFunction',
        Principal: principal,
      }),
    ),
  );
const remove = (sid: string) =>
  ask((owner) => owner.send(new RemovePermissionCommand({ FunctionName: 'echo', StatementId: sid })));
const principals = async (): Promise<readonly unknown[]> => {
  const { Policy = '{}' } = await ask((owner) => owner.send(new GetPolicyCommand({ FunctionName: 'echo' })));
  const { Statement } = JSON.parse(Policy) as { Statement: readonly { Principal: unknown }[] };
  return Statement.map(({ Principal }) => Principal);
};
const invoke = () =>
  organization.during(() =>
    clientOf(MEMBER, { arn: CALLER }).send(new InvokeCommand({ FunctionName: ARN, Payload: '{}' })),
  );

beforeEach(async () => {
  organization = await organizationWith({ echo: (event) => Promise.resolve(event) });
  organization.deploy(
    { Resources: { Role: role('lambda.amazonaws.com', 'echo'), Echo: lambdaFunction('echo', 'Role') } },
    { account: SECURITY, region: REGION, stackName: 's' },
  );
  makeCaller();
});

describe("a function's policy", () => {
  it('lets a role of another account in for as long as its statement stands', async () => {
    await expect(invoke()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(JSON.parse((await add('one')).Statement ?? '')).toEqual({
      Sid: 'one',
      Effect: 'Allow',
      Principal: { AWS: CALLER },
      Action: 'lambda:InvokeFunction',
      Resource: ARN,
    });
    expect((await invoke()).StatusCode).toBe(200);
    await remove('one');
    await expect(invoke()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(principals()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('takes an id once, and no role that is not there', async () => {
    await add('one');
    await expect(add('one')).rejects.toMatchObject({ name: 'ResourceConflictException' });
    await expect(add('two', `${CALLER}s`)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(remove('two')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  // "When you save the policy, AWS transforms the ARN to the unique ID"; a role of the same name made anew has another.
  it('keeps the id of a role that was deleted, which a role of that name made anew is not', async () => {
    await add('one');
    organization.world.of(iamState, MEMBER, '').roles.delete('caller');
    expect(await principals()).toEqual([{ AWS: expect.stringMatching(/^AROA[A-Z2-7]+$/) }]);
    makeCaller();
    expect(await principals()).toEqual([{ AWS: expect.stringMatching(/^AROA/) }]);
    await expect(invoke()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    // Nothing is added while such a statement stands.
    await expect(add('two')).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await remove('one');
    await add('two');
    expect((await invoke()).StatusCode).toBe(200);
  });
});
