import {
  CreateStackInstancesCommand,
  DeleteStackInstancesCommand,
  DescribeStackSetCommand,
  DetectStackSetDriftCommand,
  UpdateStackSetCommand,
  type StackInstanceSummary,
} from '@aws-sdk/client-cloudformation';
import { dutyRoleName } from '@cordon/incident';
import { attachControlPolicy, iamState, organizationState } from '@cordon/local-aws';
import { EVERYWHERE, HOME, rolloutStage, UNIT } from './rollout-stage.ts';
import type { Tries } from './try-accounts.ts';

type Stage = Awaited<ReturnType<typeof rolloutStage>>;

/** What came of a rollout, as the API tells it. */
export interface RolloutFacts {
  /** Instances after the rollout; how many of them are not current. */
  readonly rolledOut: { readonly instances: number; readonly behind: number };
  /** What an administrator of the deployment account got when guardrails were attached. */
  readonly refusal: string;
  /** Accounts that came later: those that have the duty roles; instances and those not current, of all. */
  readonly added: { readonly withRoles: number; readonly instances: number; readonly behind: number };
  /** The three that were broken. */
  readonly victims: { readonly deleted: string; readonly denied: string; readonly suspended: string };
  /** `ACCOUNT REGION` of each that drift was found in. */
  readonly drifted: readonly string[];
  /** What was behind after an update in the broken organization. */
  readonly broken: readonly StackInstanceSummary[];
  readonly healed: { readonly behind: number; readonly drifted: number };
  /** The map of coverage while three were broken. */
  readonly page: string;
  /** What tries of the accounts found after each of these. */
  readonly tried: Readonly<Record<'rolledOut' | 'added' | 'broken' | 'healed', Tries>>;
}

/** The template with one more statement in the policy of the first role: an update that touches every account. */
const changed = (body: string): string => {
  const template = JSON.parse(body) as {
    Resources: Record<string, { Properties: { Policies?: { PolicyDocument: { Statement: object[] } }[] } }>;
  };
  const [role] = Object.values(template.Resources);
  role?.Properties.Policies?.[0]?.PolicyDocument.Statement.push({
    Sid: 'Later',
    Effect: 'Deny',
    Action: 'ec2:RunInstances',
    Resource: '*',
  });
  return JSON.stringify(template);
};

const update = async (stage: Stage, body: object): Promise<void> => {
  await stage.organization.during(() =>
    stage.here.send(
      new UpdateStackSetCommand({
        ...stage.ofSet,
        ...body,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        OperationPreferences: EVERYWHERE,
      }),
    ),
  );
  await stage.organization.run();
};

const lookForDrift = async (stage: Stage): Promise<readonly string[]> => {
  await stage.organization.during(() =>
    stage.here.send(new DetectStackSetDriftCommand({ ...stage.ofSet, OperationPreferences: EVERYWHERE })),
  );
  await stage.organization.run();
  const found = await stage.instances();
  return found
    .filter(({ DriftStatus }) => DriftStatus === 'DRIFTED')
    .map(({ Account, Region }) => `${Account} ${Region}`);
};

/** A stack that is as its StackSet has it is not made again by an update: it goes, and comes. */
const replace = async (stage: Stage, account: string): Promise<void> => {
  const where = {
    ...stage.ofSet,
    DeploymentTargets: {
      OrganizationalUnitIds: [UNIT],
      AccountFilterType: 'INTERSECTION' as const,
      Accounts: [account],
    },
    Regions: [HOME],
  };
  await stage.organization.during(() =>
    stage.here.send(new DeleteStackInstancesCommand({ ...where, RetainStacks: false })),
  );
  await stage.organization.run();
  await stage.organization.during(() => stage.here.send(new CreateStackInstancesCommand(where)));
  await stage.organization.run();
};

const setState = ({ organization: { world } }: Stage, id: string, state: 'ACTIVE' | 'SUSPENDED'): void => {
  const account = world.accounts.get(id);
  if (account !== undefined) world.accounts.set(id, { ...account, state });
};

const isBehind = ({ Status }: StackInstanceSummary): boolean => Status !== 'CURRENT';

const counted = async (stage: Stage): Promise<RolloutFacts['rolledOut']> => {
  const found = await stage.instances();
  return { instances: found.length, behind: found.filter(isBehind).length };
};

const rolesOf = ({ organization }: Stage, account: string) =>
  organization.world.of(iamState, account, '').roles;

const refusalOf = async (stage: Stage): Promise<string> => {
  const input = { ...stage.ofSet, CallAs: 'DELEGATED_ADMIN' as const, UsePreviousTemplate: true };
  try {
    await stage.organization.during(() => stage.administrator.send(new UpdateStackSetCommand(input)));
    return 'none';
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown';
  }
};

const breakThree = (stage: Stage): RolloutFacts['victims'] => {
  const [deleted = '', denied = '', suspended = ''] = stage.ids;
  rolesOf(stage, deleted).delete(dutyRoleName('contain'));
  attachControlPolicy(stage.organization.world, {
    kind: 'SCP',
    name: 'theirs',
    target: { kind: 'account', id: denied },
    document: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: ['iam:Put*', 'kms:Generate*'], Resource: '*' }],
    },
  });
  setState(stage, suspended, 'SUSPENDED');
  return { deleted, denied, suspended };
};

const mend = (stage: Stage, { suspended }: RolloutFacts['victims']): void => {
  const { attachments } = stage.organization.world.of(organizationState, '', '');
  const theirs = attachments.findIndex(({ policy }) => policy.name === 'SCP theirs');
  attachments.splice(theirs, 1);
  setState(stage, suspended, 'ACTIVE');
};

/** How large it is: accounts at first, those that come later, and how many of the first are tried (all unless given). */
interface Played {
  readonly members: number;
  readonly later: number;
  readonly tried?: number;
}

/**
 * An organization from its rollout to its healing: members, accounts that come later, three that are broken in three ways.
 *
 * @param lap told of each stage that was passed
 */
export const playRollout = async (
  { members, later, tried: some = members }: Played,
  lap: (what: string) => void,
): Promise<RolloutFacts> => {
  const stage = await rolloutStage(members, some);
  lap('built');
  await stage.rollOut();
  const rolledOut = await counted(stage);
  lap('rolled out');
  stage.deployTrying();
  const tried = { rolledOut: await stage.cover() };
  lap('tried');
  // From here on control policies keep our roles from everybody but the deployment.
  stage.guard();
  const refusal = await refusalOf(stage);
  const came = await stage.addAccounts(later);
  const withRoles = came.filter((account) => rolesOf(stage, account).has(dutyRoleName('contain'))).length;
  const added = { withRoles, ...(await counted(stage)) };
  const triedAdded = await stage.cover();
  lap('new accounts deployed and tried');
  const victims = breakThree(stage);
  const drifted = await lookForDrift(stage);
  const { StackSet: set } = await stage.organization.during(() =>
    stage.here.send(new DescribeStackSetCommand(stage.ofSet)),
  );
  await update(stage, { TemplateBody: changed(set?.TemplateBody ?? '') });
  const broken = (await stage.instances()).filter(isBehind);
  // A day later, for what was found protected is left alone for so long.
  await stage.waitADay();
  const triedBroken = await stage.cover();
  const page = stage.page();
  lap('broken, and seen');
  mend(stage, victims);
  await replace(stage, victims.deleted);
  await update(stage, { UsePreviousTemplate: true });
  const healed = {
    drifted: (await lookForDrift(stage)).length,
    behind: (await stage.instances()).filter(isBehind).length,
  };
  const triedHealed = await stage.cover();
  lap('healed');
  return {
    rolledOut,
    refusal,
    added,
    victims,
    drifted,
    broken,
    healed,
    page,
    tried: { ...tried, added: triedAdded, broken: triedBroken, healed: triedHealed },
  };
};
