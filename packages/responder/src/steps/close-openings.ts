import { EC2Client, ModifyNetworkInterfaceAttributeCommand } from '@aws-sdk/client-ec2';
import {
  ledgerOf,
  type CloseOpeningsInput,
  type IncidentRef,
  type OutcomesOutput,
  type StepOutcome,
} from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { sessionPolicy, type Scope } from '../needs/session-policy.ts';
import { instant, ofIncident, type Services } from '../services.ts';
import { saveOutcomes } from '../store/journal-rows.ts';
import { about, tell } from '../store/notify.ts';
import { forgetOpening, openingsOf, type Opening } from '../store/opening-rows.ts';
import { record } from '../store/record.ts';
import { attempt } from './attempt.ts';
import { interfaceNow } from './opened-interface.ts';
import { deleteOpeningGroup, findOpeningGroup } from './opening-group.ts';

/** Entries that one run of the schedule deals with; the next comes within a minute. */
const AT_ONCE = 20;

/**
 * Closes what was opened for a bounded time: what the workflow names, or, called by its schedule, whatever is due. The row is
 * forgotten only once the closing was read back, so that what fails is tried again every minute; then a person is called by the
 * function's alarm. An interface that has not the group any more, because somebody
 * released or isolated it meanwhile, stays as it is; one that has it is isolated again, whatever else it was put into.
 */
export const closeOpenings = async (
  input: CloseOpeningsInput,
  services: Services,
): Promise<OutcomesOutput> => {
  const all = await openingsOf(services, input.of);
  const due =
    input.of === undefined
      ? all.filter(({ dueAt }) => Date.parse(dueAt) <= services.now()).slice(0, AT_ONCE)
      : all;
  const closed = await Promise.all(due.map((opening) => closeOne(opening, services)));
  const open = closed.filter(({ status }) => status !== 'done');
  // The workflow's own retries, and else the schedule, try again; whichever fails, the alarm says so.
  if (open.length > 0)
    throw new Error(
      `${open.length} interface(s) that were opened for a bounded time may be open still: ${open
        .map(({ id, detail }) => `${id}: ${detail}`)
        .join('; ')
        .slice(0, 2_000)}; close them by hand (runbook close-openings-failed)`,
    );
  return { outcomes: closed };
};

const scope = (services: Services, { incident, networkInterfaceId }: Opening): Scope => {
  const arn = (rest: string): string =>
    `arn:${services.partition}:ec2:${incident.region}:${incident.account}:${rest}`;
  return {
    reads: ['ec2:DescribeSecurityGroups', 'ec2:DescribeNetworkInterfaces'],
    on: [
      {
        actions: ['ec2:ModifyNetworkInterfaceAttribute'],
        resources: [
          arn(`network-interface/${networkInterfaceId}`),
          arn(`instance/${incident.instanceId}`),
          arn('security-group/*'),
        ],
      },
      { actions: ['ec2:DeleteSecurityGroup'], resources: [arn('security-group/*')] },
    ],
  };
};

const closeOne = async (opening: Opening, services: Services): Promise<StepOutcome> => {
  const { incident, stepId } = opening;
  const outcome = await attempt(`close:${stepId}`, services, () => close(opening, services));
  if (outcome.status !== 'done') return outcome;
  await saveOutcomes(services, incident, `close-openings:${stepId}`, [outcome]);
  await keepInCustody(services, opening, outcome);
  await tell(services, { kind: 'path-closed', ...about(incident), reasons: [outcome.detail] });
  await forgetOpening(services, opening);
  return outcome;
};

/** The group goes from the interface, then it goes itself: from then on nothing that still runs could give it to anything. */
const close = async (opening: Opening, services: Services): Promise<string> => {
  const { incident, networkInterfaceId, isolationGroupId, opens, groupName, vpcId } = opening;
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'contain',
    policy: sessionPolicy(scope(services, opening)),
  });
  const ec2 = clientFor(EC2Client, connection);
  const { account, incidentId } = incident;
  const [found, nic] = await Promise.all([
    // One that was made and not written down any more was given to nothing.
    findOpeningGroup(ec2, { opens, name: groupName, vpcId, account, incidentId }),
    interfaceNow(ec2, networkInterfaceId),
  ]);
  const groupId = opening.groupId ?? found?.GroupId;
  if (groupId === undefined) return `${networkInterfaceId} was not open: there is no group ${groupName}`;
  const wasOpen = nic?.groupIds.includes(groupId) === true;
  if (nic !== undefined && wasOpen) {
    const beside = await openBeside(opening, services);
    await ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: networkInterfaceId,
        Groups: [isolationGroupId, ...beside.filter((id) => nic.groupIds.includes(id))],
      }),
    );
    const now = await interfaceNow(ec2, networkInterfaceId);
    if (now?.groupIds.includes(groupId) === true)
      throw new Error(`${networkInterfaceId} is read back in ${groupId} still`);
  }
  await deleteOpeningGroup(ec2, groupId);
  return wasOpen
    ? `${networkInterfaceId} was closed at ${instant(services)}: ${groupId} was taken from it`
    : `${networkInterfaceId} was not open any more`;
};

/** Groups that open the same interface for something else, and are not due: they stay. Whatever else it was put into goes. */
const openBeside = async (
  { incident, networkInterfaceId, stepId }: Opening,
  services: Services,
): Promise<readonly string[]> =>
  (await openingsOf(services, { incident })).flatMap((other) =>
    other.networkInterfaceId === networkInterfaceId &&
    other.stepId !== stepId &&
    other.groupId !== undefined &&
    Date.parse(other.dueAt) > services.now()
      ? [other.groupId]
      : [],
  );

/** A ledger that is sealed takes nothing more: then the event and the row say it. */
const keepInCustody = async (
  services: Services,
  { incident, openedAt, lets }: Opening,
  { id, at, detail, calls, callsLeftOut }: StepOutcome,
): Promise<void> => {
  try {
    await record(services, {
      kind: 'steps',
      ...ledgerOf(incident satisfies IncidentRef),
      steps: [
        {
          step: 'close-openings',
          outcome: 'done',
          detail: { at, openedAt, lets, became: detail, subject: id },
          calls,
          callsLeftOut,
        },
      ],
    });
  } catch (error) {
    faultLine(error);
  }
};
