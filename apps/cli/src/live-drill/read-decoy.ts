import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DECOY, type DrillPlace } from '@cordon/incident/live-drill';
import { wordsOf } from '../replay/read-history.ts';
import { UsageError } from '../usage-error.ts';
import type { LiveDrillClients } from './settings.ts';

/** The decoy's stack as it stands. */
export interface StandingDecoy {
  /** As CloudFormation says it. */
  readonly status: string;
  readonly since: string;
  /** Absent while it is being made, or where it was not. */
  readonly instanceId?: string;
}

/** Reads the decoy's stack in the member; undefined where there is none. Throws UsageError where the account was not reached. */
export const readDecoy = async (
  { account, region }: DrillPlace,
  { cloudFormation }: Pick<LiveDrillClients, 'cloudFormation'>,
): Promise<StandingDecoy | undefined> => {
  try {
    const { Stacks: [stack] = [] } = await cloudFormation(region).send(
      new DescribeStacksCommand({ StackName: DECOY.stack }),
    );
    if (stack === undefined) return undefined;
    const instanceId = stack.Outputs?.find(
      ({ OutputKey }) => OutputKey === DECOY.instanceOutput,
    )?.OutputValue;
    return {
      status: stack.StackStatus ?? 'unknown',
      since: stack.CreationTime?.toISOString() ?? '',
      ...(instanceId === undefined ? {} : { instanceId }),
    };
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw new UsageError(
      'not-reached',
      `the stack ${DECOY.stack} of account ${account}, ${region}, was not read: ${wordsOf(error)}`,
      `give --profile member=NAME, a profile of account ${account} that may read and make stacks`,
    );
  }
};

/** The instance of a decoy that stands. Throws UsageError where there is none to look at. */
export const requireDecoy = async (
  at: DrillPlace,
  clients: Pick<LiveDrillClients, 'cloudFormation'>,
): Promise<StandingDecoy & { readonly instanceId: string }> => {
  const found = await readDecoy(at, clients);
  const { instanceId } = found ?? {};
  if (found === undefined || instanceId === undefined)
    throw new UsageError(
      'no-decoy',
      found === undefined
        ? `no decoy stands in account ${at.account}, ${at.region}`
        : `the decoy's stack is ${found.status} and names no instance`,
      'begin with cordon live-drill start; one that was not made whole goes with cordon live-drill end',
    );
  return { ...found, instanceId };
};
