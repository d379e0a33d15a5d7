import { GetFindingsCommand, ListDetectorsCommand, ListFindingsCommand } from '@aws-sdk/client-guardduty';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { STATE_MACHINE_NAME, type CordonConfig } from '@cordon/incident';
import { DECOY, type DrillPlace, type SeenDrill } from '@cordon/incident/live-drill';
import { partitionOf } from '@cordon/incident/partition';
import { wordsOf } from '../replay/read-history.ts';
import { UsageError } from '../usage-error.ts';
import { holderOf, openedNothing, readIncident } from './read-table.ts';
import type { LiveDrillClients } from './settings.ts';

/** The decoy that is watched. */
export interface Watched extends DrillPlace {
  readonly instanceId: string;
  /** When its stack was made. */
  readonly since: string;
}

/** GuardDuty's finding of the decoy, as the security account has it; the first, where there are more. */
const findingOf = async (
  { region, instanceId }: Watched,
  { guardDuty }: LiveDrillClients,
): Promise<SeenDrill['finding']> => {
  const client = guardDuty(region);
  const { DetectorIds: [DetectorId] = [] } = await client.send(new ListDetectorsCommand({}));
  if (DetectorId === undefined) return undefined;
  const { FindingIds: ids = [] } = await client.send(
    new ListFindingsCommand({
      DetectorId,
      FindingCriteria: {
        Criterion: {
          'resource.instanceDetails.instanceId': { Equals: [instanceId] },
          type: { Equals: [DECOY.findingType] },
        },
      },
    }),
  );
  if (ids.length === 0) return undefined;
  const { Findings: findings = [] } = await client.send(
    new GetFindingsCommand({ DetectorId, FindingIds: ids.slice(0, 50) }),
  );
  const [first] = findings
    .flatMap(({ Id: id, CreatedAt: madeAt }) =>
      id === undefined || madeAt === undefined ? [] : [{ id, madeAt }],
    )
    .toSorted((one, other) => (one.madeAt < other.madeAt ? -1 : 1));
  return first;
};

/** The first execution of an incident is named as the incident; one that is not there yet is none. */
const workflowOf = async (
  { accounts, homeRegion }: CordonConfig,
  incidentId: string,
  { states }: LiveDrillClients,
): Promise<SeenDrill['workflow']> => {
  const executionArn = `arn:${partitionOf(homeRegion)}:states:${homeRegion}:${accounts.security}:execution:${STATE_MACHINE_NAME}:${incidentId}`;
  try {
    const { status, stopDate } = await states(homeRegion).send(
      new DescribeExecutionCommand({ executionArn }),
    );
    return { status: status ?? 'unknown', endedAt: stopDate?.toISOString() };
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return undefined;
    throw error;
  }
};

/**
 * Reads how far the response to a decoy has come: GuardDuty's own finding, the incident table, and the execution. Changes nothing. Throws UsageError
 * where AWS could not be asked.
 *
 * @param known the incident, once it was seen: after its release it holds the instance no more
 */
export const readProgress = async (
  config: CordonConfig,
  watched: Watched,
  { clients, known }: { readonly clients: LiveDrillClients; readonly known: string | undefined },
): Promise<SeenDrill> => {
  const table = { clients, homeRegion: config.homeRegion };
  try {
    const [finding, held] = await Promise.all([
      findingOf(watched, clients),
      known ?? holderOf(table, watched),
    ]);
    const [incident, workflow, nothing] = await Promise.all([
      held === undefined ? undefined : readIncident(table, held),
      held === undefined ? undefined : workflowOf(config, held, clients),
      held === undefined && finding !== undefined ? openedNothing(table, finding.id) : undefined,
    ]);
    return { standsSince: watched.since, finding, incident, workflow, openedNothing: nothing };
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error) || error instanceof TypeError) throw error;
    throw new UsageError(
      'not-reached',
      `the security account was not read: ${wordsOf(error)}`,
      'give --profile security=NAME: guardduty:ListDetectors, ListFindings, GetFindings; dynamodb:GetItem, Query on cordon-incidents; states:DescribeExecution. Then watch again: nothing is lost',
    );
  }
};
