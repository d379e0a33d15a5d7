import { EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { MEMBER, organizationWith, REGION } from '../organization-testing.ts';
import { addImage, addSubnet, addVpc } from '../services/ec2/build.ts';
import { addInstance } from '../services/ec2/build-instance.ts';
import { ec2State } from '../services/ec2/state.ts';
import { addRole } from '../services/iam/build.ts';
import { attachControlPolicy } from '../services/organizations/control-policies.ts';

const statement = (Effect: string, Action: string, Resource = '*') => ({
  Sid: `Tested${Effect}`,
  Effect,
  Action,
  Resource,
});
const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });

/** An organization with an instance and a role of the member's that has `statements`. */
const setUp = async (...statements: readonly object[]) => {
  const organization = await organizationWith({});
  const { world, ids, timeline } = organization;
  const state = world.of(ec2State, MEMBER, REGION);
  const { vpcId } = addVpc(state, { cidr: '10.0.0.0/16', ownerId: MEMBER }, ids);
  const zone = `${REGION}a`;
  const { subnetId } = addSubnet(state, { vpcId, cidr: '10.0.1.0/24', availabilityZone: zone }, ids);
  const { imageId } = addImage(state, { ownerId: MEMBER, name: 'linux' }, ids);
  const { instanceId } = addInstance(
    state,
    {
      type: 'm7i.large',
      imageId,
      volumes: [],
      launchedAt: timeline.now(),
      networkInterfaces: [{ subnetId, groups: [] }],
    },
    ids,
  );
  const trust = { ...statement('Allow', 'sts:AssumeRole'), Principal: { AWS: MEMBER }, Resource: undefined };
  const role = addRole(
    world,
    {
      account: MEMBER,
      name: 'Tried',
      trust: document(trust),
      inline: { given: document(...statements) },
    },
    { ids, now: timeline.now() },
  );
  const connection = {
    region: REGION,
    credentials: organization.credentialsFor(MEMBER, role),
    requestHandler: organization.requestHandler,
    maxAttempts: 1,
  };
  return {
    organization,
    instanceId,
    user: `User: arn:aws:sts::${MEMBER}:assumed-role/Tried/session is not authorized to perform:`,
    instance: `arn:aws:ec2:${REGION}:${MEMBER}:instance/${instanceId}`,
    stop: (DryRun = false) =>
      organization.during(() =>
        new EC2Client(connection).send(new StopInstancesCommand({ InstanceIds: [instanceId], DryRun })),
      ),
    assume: (RoleArn: string) =>
      organization.during(() =>
        new STSClient(connection).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'again' })),
      ),
    read: () =>
      organization.during(() =>
        new S3Client(connection).send(new GetObjectCommand({ Bucket: 'things', Key: 'a' })),
      ),
  };
};

describe('a caller that may not', () => {
  it('hears from EC2 that no policy of its own allows it', async () => {
    const on = await setUp(statement('Allow', 's3:*'));
    await expect(on.stop()).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      $metadata: { httpStatusCode: 403 },
      message: `You are not authorized to perform this operation. ${on.user} ec2:StopInstances on resource: ${on.instance} because no identity-based policy allows the ec2:StopInstances action`,
    });
  });

  it('hears that a service control policy denies it, while the journal tells which', async () => {
    const on = await setUp(statement('Allow', '*'));
    attachControlPolicy(on.organization.world, {
      kind: 'SCP',
      name: 'running',
      target: { kind: 'root' },
      document: document(statement('Deny', 'ec2:StopInstances')),
    });
    const told = `${on.user} ec2:StopInstances on resource: ${on.instance} with an explicit deny in a service control policy`;
    await expect(on.stop()).rejects.toMatchObject({
      message: `You are not authorized to perform this operation. ${told}`,
    });
    expect(on.organization.journal.calls.at(-1)?.checks).toMatchObject([
      {
        action: 'ec2:StopInstances',
        account: MEMBER,
        verdict: 'deny',
        layer: 'explicit-deny',
        decisive: [{ policy: 'SCP running', sid: 'TestedDeny', effect: 'Deny' }],
        context: { 'ec2:InstanceType': 'm7i.large' },
      },
    ]);
  });

  it('hears from S3 of a deny in its own policy, which the journal names by role and policy', async () => {
    const on = await setUp(statement('Allow', '*'), statement('Deny', 's3:GetObject'));
    await expect(on.read()).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `${on.user} s3:GetObject on resource: arn:aws:s3:::things/a with an explicit deny in an identity-based policy`,
    });
    expect(on.organization.journal.calls.at(-1)?.checks.at(-1)?.decisive).toMatchObject([
      { policy: `role ${MEMBER}/Tried: given` },
    ]);
  });

  it('hears from STS that the role does not trust it', async () => {
    const on = await setUp(statement('Allow', '*'));
    const { world, ids, timeline } = on.organization;
    const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } };
    const { arn } = addRole(
      world,
      { account: MEMBER, name: 'Other', trust: document(trust) },
      { ids, now: timeline.now() },
    );
    await expect(on.assume(arn)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `${on.user} sts:AssumeRole on resource: ${arn} because no role trust policy allows the sts:AssumeRole action`,
    });
  });
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html */
describe('a dry run', () => {
  it('of one who may says that the request would have succeeded, and does nothing', async () => {
    const on = await setUp(statement('Allow', 'ec2:StopInstances'));
    await expect(on.stop(true)).rejects.toMatchObject({
      name: 'DryRunOperation',
      $metadata: { httpStatusCode: 412 },
    });
    const { instances } = on.organization.world.of(ec2State, MEMBER, REGION);
    expect(instances.get(on.instanceId)?.state).toBe('running');
  });

  it('of one who may not is refused as the call itself', async () => {
    const on = await setUp(statement('Allow', 's3:*'));
    await expect(on.stop(true)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  });
});

describe('an authorizer of the caller’s choice', () => {
  it('decides every check of the organization in place of the policies', async () => {
    const asked: string[] = [];
    const organization = await organizationWith({}, 'test', {
      authorize: ({ action }) => {
        asked.push(action);
        return { verdict: 'allow', layer: 'identity', decisive: [], why: 'the test says so' };
      },
    });
    const { world, ids, timeline, host } = organization;
    const role = addRole(
      world,
      {
        account: MEMBER,
        name: 'Powerless',
        trust: document({ Effect: 'Deny', Action: 'sts:AssumeRole', Principal: '*' }),
      },
      { ids, now: timeline.now() },
    );
    const sts = new STSClient({
      region: REGION,
      credentials: organization.credentialsFor(MEMBER, role),
      requestHandler: organization.requestHandler,
    });
    await organization.during(() =>
      sts.send(new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: 'again' })),
    );
    const caller = host.callerForRole(role.arn, 'session');
    expect(host.decideFor(caller, REGION, { action: 's3:GetObject', resource: '*' }).verdict).toBe('allow');
    expect(asked).toEqual(['sts:AssumeRole', 's3:GetObject']);
  });
});
