import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { GuardDutyClient } from '@aws-sdk/client-guardduty';
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { setTimeout as pause } from 'node:timers/promises';
import { DECOY, type DrillPlace } from '@cordon/incident/live-drill';
import type { Stage } from '@cordon/incident/deployment';
import { wrongAccount } from '../deploy/run-stages.ts';
import { namedValue, ownDeployRuntime, type DeployRuntime } from '../deploy/settings.ts';
import { UsageError } from '../usage-error.ts';

/** Options that every command of a live drill has, as commander gives them. */
export interface DrillSharedArguments {
  readonly account: string;
  readonly region: string;
  readonly profile: Readonly<Record<string, string>>;
  readonly config?: string;
  readonly json?: true;
}

/** Clients of the SDK: of the member for its stack, of the security account for everything else. */
export interface LiveDrillClients {
  readonly cloudFormation: (region: string) => CloudFormationClient;
  readonly dynamodb: (region: string) => DynamoDBClient;
  readonly guardDuty: (region: string) => GuardDutyClient;
  readonly organizations: () => OrganizationsClient;
  readonly states: (region: string) => SFNClient;
}

/** What a command is run with: tests bring their own. */
export interface LiveDrillRuntime extends Pick<DeployRuntime, 'deployer' | 'now'> {
  readonly clients: LiveDrillClients;
  /** Waits so many milliseconds. */
  readonly pause: (ms: number) => Promise<unknown>;
}

/** AWS itself, each account by its profile or by the caller's default credentials, and the wall's time. */
export const ownLiveDrillRuntime = async ({
  profile,
}: Pick<DrillSharedArguments, 'profile'>): Promise<LiveDrillRuntime> => {
  const [cloudformation, dynamodb, guardduty, organizations, sfn] = await Promise.all([
    import('@aws-sdk/client-cloudformation'),
    import('@aws-sdk/client-dynamodb'),
    import('@aws-sdk/client-guardduty'),
    import('@aws-sdk/client-organizations'),
    import('@aws-sdk/client-sfn'),
  ]);
  const of = (name: 'member' | 'security', region: string) => {
    const given = profile[name];
    return { region, ...(given === undefined ? {} : { profile: given }) };
  };
  const { deployer, now } = ownDeployRuntime();
  return {
    deployer,
    now,
    pause,
    clients: {
      cloudFormation: (region) => new cloudformation.CloudFormationClient(of('member', region)),
      dynamodb: (region) => new dynamodb.DynamoDBClient(of('security', region)),
      guardDuty: (region) => new guardduty.GuardDutyClient(of('security', region)),
      // Organizations is one for the whole partition; its endpoint does not depend on the Region that is named.
      organizations: () => new organizations.OrganizationsClient(of('security', 'us-east-1')),
      states: (region) => new sfn.SFNClient(of('security', region)),
    },
  };
};

/** `ACCOUNT=PROFILE` of the two accounts, collected. */
export const drillProfileOf = namedValue(['member', 'security']);

/** The decoy as a stage, for the tools that deploy stages. */
export const decoyStage = ({ account, region }: DrillPlace): Stage => ({
  id: `${DECOY.stack}@${region}`,
  stack: DECOY.stack,
  app: DECOY.app,
  account: { name: 'member', id: account },
  region,
  after: [],
  needs: [],
  removal: { does: 'remove', why: 'a decoy is there for its drill alone' },
});

/** The place that was asked for. Throws UsageError for what is none. */
export const placeOf = ({ account, region }: DrillSharedArguments): DrillPlace => {
  if (!/^\d{12}$/.test(account))
    throw new UsageError('bad-account', `--account is ${JSON.stringify(account)}`, 'give its 12 digits');
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw new UsageError('bad-region', `--region is ${JSON.stringify(region)}`, 'give one such as eu-west-1');
  return { account, region };
};

/** Refuses credentials of another account than the member's. Throws UsageError that says which profile to give. */
export const refuseWrongMember = async (
  at: DrillPlace,
  {
    deployer,
    profiles,
  }: Pick<LiveDrillRuntime, 'deployer'> & { readonly profiles: DrillSharedArguments['profile'] },
): Promise<void> => {
  const wrong = await wrongAccount(decoyStage(at), { deployer, profiles });
  if (wrong !== undefined) throw new UsageError('wrong-account', wrong.because, wrong.hint);
};

/** A document on standard output. */
export const document = (of: object): string => `${JSON.stringify({ schemaVersion: 1, ...of }, null, 2)}\n`;
