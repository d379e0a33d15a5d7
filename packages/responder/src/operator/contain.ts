import { canonicalJson, sha256Hex } from '@cordon/evidence';
import {
  incidentIdFor,
  ledgerOf,
  parseFindingId,
  MANUAL_SEVERITY,
  MANUAL_TYPE,
  decideManualStart,
  residing,
  type IncidentRef,
  type OperatorReply,
  type Posture,
  type RequestTo,
} from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import { startWorkflow } from '../intake/start-workflow.ts';
import { instant, type Services } from '../services.ts';
import { openIncident } from '../store/incident-table.ts';
import { readHalt } from '../store/limit-table.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';
import type { Acting } from './acting.ts';
import { preview } from './preview.ts';
import { refused } from './refused.ts';

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
    severity: MANUAL_SEVERITY,
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
  const halt = await readHalt(services);
  const facts = { findingType: MANUAL_TYPE, severity: MANUAL_SEVERITY, account };
  const decided = decideManualStart(services.config.policy, facts, halt);
  if (decided.status === 'refused') return refused('never-contained', decided.because);
  const because = [`${person.name} asked for it: ${request.reason}`, ...decided.posture.because];
  const posture = { ...decided.posture, because };
  const held = residing(incident, posture);
  const holder = await openByHand(held, posture, services);
  if (holder !== incidentId)
    return {
      status: 'done',
      detail: `incident ${holder} holds ${instance} already; nothing was started`,
      incident: holder,
    };
  const event = {
    source: 'cordon.operator',
    id: incident.findingId,
    type: MANUAL_TYPE,
    by: person,
    reason: request.reason,
    at: incident.openedAt,
  };
  await startWorkflow(held, { event: JSON.stringify(event), posture }, services);
  await Promise.all([
    tell(services, {
      kind: 'incident-opened',
      ...about(incident),
      reasons: [`${person.name} asked for it`],
    }),
    keepInCustody(held, request.reason, acting),
  ]);
  return {
    status: 'done',
    detail: `incident ${incidentId} is open, its workflow runs`,
    incident: incidentId,
  };
};

/** Opens the incident, counted against no limit; gives the one that holds the instance, ours or an earlier one. */
const openByHand = async (incident: IncidentRef, posture: Posture, services: Services): Promise<string> => {
  const finding = {
    id: incident.findingId,
    updatedAt: incident.openedAt,
    type: MANUAL_TYPE,
    decision: 'respond' as const,
    remoteAddresses: [],
    domains: [],
  };
  const opened = await openIncident(services, incident, { finding, posture, beside: [] });
  if (opened.status !== 'beaten') return opened.incidentId;
  throw new Error(
    `another request was opening an incident for ${incident.instanceId} at the same time; send it again`,
  );
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
