import { readFileSync } from 'node:fs';
import {
  CloudFormationClient,
  DescribeStackInstanceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { dutyRoleName } from '@cordon/incident';
import { iamState } from '@cordon/local-aws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { MEMBER, servedOrganization, UNIT } from './served-organization.ts';

/** Eight stacks by AWS's own tool, which looks every five seconds. */
const WHOLE_DEPLOYMENT_MS = 900_000;

const ROLL_OUT = ['deploy', '--yes', '--parameter', `CordonRollout:TargetUnits=${UNIT}`];

let on: Awaited<ReturnType<typeof servedOrganization>>;
beforeAll(async () => {
  on = await servedOrganization();
});
afterAll(() => on.close());

const stackIn = async (account: string, StackName: string) => {
  const client = new CloudFormationClient({
    region: config.homeRegion,
    credentials: on.organization.credentialsFor(account, 'administrator'),
    requestHandler: on.organization.requestHandler,
  });
  const { Stacks: [stack] = [] } = await on.organization.during(() =>
    client.send(new DescribeStacksCommand({ StackName })),
  );
  return stack;
};

/** The member's stack of its roles, as the management account sees it. */
const memberInstance = async () => {
  const client = new CloudFormationClient({
    region: config.homeRegion,
    credentials: on.organization.credentialsFor(config.accounts.management, 'administrator'),
    requestHandler: on.organization.requestHandler,
  });
  const { StackInstance: instance } = await on.organization.during(() =>
    client.send(
      new DescribeStackInstanceCommand({
        StackSetName: 'CordonMemberAccount',
        StackInstanceAccount: MEMBER,
        StackInstanceRegion: config.homeRegion,
      }),
    ),
  );
  return instance;
};

it(
  "deploys the whole product with AWS's own CDK CLI into an organization that has none of it",
  { timeout: WHOLE_DEPLOYMENT_MS },
  async () => {
    const wrong = await on.cordon(['deploy', '--yes'], { security: 'forensics' });
    expect(wrong.code).toBe(3);
    expect(wrong.err).toContain(
      `give --profile security=NAME, a profile of account ${config.accounts.security}`,
    );

    const whole = await on.cordon(ROLL_OUT);
    expect(whole.err).toContain('[8/8] deploy CordonGuardrails');
    expect(/stopped at[^]*/.exec(whole.err)?.[0]).toBeUndefined();
    expect(whole).toMatchObject({ code: 0, out: expect.stringContaining('8 stage(s) deployed') });
    const { done } = JSON.parse(readFileSync(on.state, 'utf8')) as { done: object };
    expect(Object.keys(done)).toHaveLength(8);

    const evidence = await stackIn(config.accounts.evidence, 'CordonEvidenceHome');
    expect(evidence).toMatchObject({ StackStatus: 'CREATE_COMPLETE', EnableTerminationProtection: true });
    // CloudFormation acts as the bootstrap's role, not as who asked.
    expect(evidence?.RoleARN).toContain('role/cdk-hnb659fds-cfn-exec-role-');
    const again = await on.cordon(ROLL_OUT);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('0 stage(s) deployed') });
    const removal = await on.cordon(['destroy', '--plan']);
    expect(removal.out).toMatch(/^remove\s+CordonGuardrails/);
    expect(removal.out).toMatch(/keep\s+CordonEvidenceHome/);

    await on.organization.run();
    const { Status, StatusReason } = (await memberInstance()) ?? {};
    expect({ Status, StatusReason }).toEqual({ Status: 'CURRENT' });
    expect([...on.organization.world.of(iamState, MEMBER, '').roles.keys()]).toContain(
      dutyRoleName('contain'),
    );
  },
);
