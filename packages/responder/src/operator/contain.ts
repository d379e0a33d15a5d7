import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { canonicalJson, sha256Hex } from '@cordon/evidence';
import {
  incidentIdFor,
  ledgerOf,
  parseFindingId,
  standingPosture,
  STATE_MACHINE_NAME,
  type ExecutionInput,
  type IncidentRef,
  type OperatorReply,
  type RequestTo,
} from '@cordon/incident';
import { faultCode, faultLine } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { instant, type Services } from '../services.ts';
import { openIncident } from '../store/incident-table.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';
import type { Acting } from './acting.ts';
import { preview } from './preview.ts';
import { refused } from './refused.ts';

/** Type of what stands in a finding's place when a person opened the incident. */
const MANUAL_TYPE = 'Manual:EC2/AskedByOperator';
/** GuardDuty's highest: a person's word outranks a threshold. */
const SEVERITY = 10;
/** Within this long the same request of the same person is the same incident, so that it may be sent again. */
const SAME_REQUEST_MS = 600_000;

/** Why an instance there is never contained, whoever asks. */
const whyNever = ({ config }: Services, account: string): string | undefined => {
  const { evidence, forensics } = config.accounts;
  return [evidence, forensics, ...config.policy.neverContainAccounts].some((never) => never === account)
    ? `instances of ${account} are never contained: change policy.neverContainAccounts of cordon.config.ts first, if that is wrong`
    : undefined;
};

const incidentFrom = (request: RequestTo<'contain'>, { person, services }: Acting): IncidentRef => {
  const { account, region, instance, reason } = request;
  const window = Math.floor(services.now() / SAME_REQUEST_MS);
  const body = { account, region, instance, reason, by: person.name, window };
  const findingId = parseFindingId(`manual-${sha256Hex(canonicalJson(body)).slice(0, 32)}`);
  const at = instant(services);
  return {
    incidentId: incidentIdFor({ account, region, instanceId: instance, findingId }),
    account,
    region,
    instanceId: instance,
    findingId,
    findingType: MANUAL_TYPE,
    severity: SEVERITY,
    arrivedAt: at,
    openedAt: at,
    revision: 0,
  };
};

/**
 * Opens an incident on a person's word and starts its workflow; their word is the approval, so that nothing waits that the policy
 * would have contained at once. An instance that an incident holds already is left to it.
 */
export const contain = async (request: RequestTo<'contain'>, acting: Acting): Promise<OperatorReply> => {
  const { person, services } = acting;
  const { account, region, instance } = request;
  const never = whyNever(services, account);
  if (never !== undefined) return refused('never-contained', never);
  if (!services.config.regions.some((one) => one === region))
    return refused('bad-request', `${region} is not among regions of cordon.config.ts`);
  const incident = incidentFrom(request, acting);
  const { incidentId } = incident;
  const now = await preview({ account, region, instanceId: instance, incidentId }, services);
  if (now.status === 'unreadable')
    return refused(
      'cannot-read',
      `${now.because}; is it an account of the organization, with the member template?`,
    );
  if (now.facts.state === 'gone')
    return refused('no-such-instance', `${account} has no instance ${instance} in ${region}`);
  const held = await openIncident(services, incident, {
    id: incident.findingId,
    updatedAt: incident.openedAt,
    type: MANUAL_TYPE,
    decision: 'respond',
    remoteAddresses: [],
  });
  if (held.incidentId !== incidentId)
    return {
      status: 'done',
      detail: `incident ${held.incidentId} holds ${instance} already; nothing was started`,
      incident: held.incidentId,
    };
  const event = {
    source: 'cordon.operator',
    id: incident.findingId,
    type: MANUAL_TYPE,
    by: person,
    reason: request.reason,
    at: incident.openedAt,
  };
  await start(
    {
      incident,
      event: JSON.stringify(event),
      posture: {
        ...standingPosture(services.config.policy),
        containment: 'contain',
        because: [`${person.name} asked for it: ${request.reason}`],
      },
    },
    services,
  );
  await Promise.all([
    tell(services, {
      kind: 'incident-opened',
      ...about(incident),
      reasons: [`${person.name} asked for it`],
    }),
    keepInCustody(incident, request.reason, acting),
  ]);
  return {
    status: 'done',
    detail: `incident ${incidentId} is open, its workflow runs`,
    incident: incidentId,
  };
};

/** Starts once: the name is the ledger's id. */
const start = async (input: ExecutionInput, services: Services): Promise<void> => {
  const { homeRegion, accounts } = services.config;
  try {
    await clientFor(SFNClient, { ...services.own, region: homeRegion }).send(
      new StartExecutionCommand({
        stateMachineArn: `arn:${services.partition}:states:${homeRegion}:${accounts.security}:stateMachine:${STATE_MACHINE_NAME}`,
        name: ledgerOf(input.incident).ledgerId,
        input: JSON.stringify(input),
      }),
    );
  } catch (error) {
    if (faultCode(error) !== 'ExecutionAlreadyExists') throw error;
  }
};

const keepInCustody = async (
  incident: IncidentRef,
  reason: string,
  { person, services }: Acting,
): Promise<void> => {
  try {
    await record(services, {
      kind: 'steps',
      ...ledgerOf(incident),
      steps: [
        {
          step: 'manual-start',
          outcome: 'done',
          detail: { at: incident.openedAt, by: person.arn, person: person.name, reason },
        },
      ],
    });
  } catch (error) {
    services.log({ level: 'error', message: 'a manual start is not in custody', because: faultLine(error) });
  }
};
