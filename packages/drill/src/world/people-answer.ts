import {
  EVENT_SOURCE,
  EVIDENCE_DESK_FUNCTION_NAME,
  OPERATOR_FUNCTION_NAME,
  type CordonConfig,
  type DeskRequest,
  type OperatorRequest,
} from '@cordon/incident';
import type { Organization } from '@cordon/local-aws';
import { lambdaState } from '@cordon/local-aws';
import { askDesk, type DeskAnswered } from '@cordon/responder/desk-client';
import { askOperator, type Answered } from '@cordon/responder/operator-client';
import * as z from 'zod';
import type { PlannedAnswer } from '../scenarios/scenario.ts';
import { sessionOf } from './people.ts';

const asked = z.object({ kind: z.literal('approval-asked'), incidentId: z.string(), planHash: z.string() });

/** A person of the drill: calls the operator function's URL by a signed request, with time standing still while they think. */
export const askAs = async (
  organization: Organization,
  config: CordonConfig,
  given: { readonly person: string; readonly request: OperatorRequest },
): Promise<Answered> => {
  const credentials = sessionOf(organization, config, given.person);
  const url = organization.world
    .of(lambdaState, config.accounts.security, config.homeRegion)
    .functions.get(OPERATOR_FUNCTION_NAME)?.url;
  if (credentials === undefined || url === undefined)
    throw new Error(
      'nobody may decide in this deployment: approvals.approvers names no Identity Center role',
    );
  return whileOthersWait(organization, given.person, (transport) =>
    askOperator(given.request, {
      url: new URL(`https://${url.host}/`),
      region: config.homeRegion,
      credentials,
      transport,
    }),
  );
};

/** A person of the drill who comes to the evidence desk as one of its readers or keepers. */
export const askDeskAs = async (
  organization: Organization,
  config: CordonConfig,
  given: {
    readonly person: string;
    readonly among: 'readers' | 'keepers' | 'disposers';
    readonly request: DeskRequest;
  },
): Promise<DeskAnswered> => {
  const credentials = sessionOf(organization, config, given.person, config.evidence[given.among]);
  const url = organization.world
    .of(lambdaState, config.accounts.evidence, config.homeRegion)
    .functions.get(EVIDENCE_DESK_FUNCTION_NAME)?.url;
  if (credentials === undefined || url === undefined)
    throw new Error(`nobody comes to evidence in this deployment: evidence.${given.among} names nobody`);
  return whileOthersWait(organization, given.person, (transport) =>
    askDesk(given.request, {
      url: new URL(`https://${url.host}/`),
      region: config.homeRegion,
      credentials,
      transport,
    }),
  );
};

type Transport = NonNullable<Parameters<typeof askOperator>[1]['transport']>;

/** Runs what a person asks, as somebody of whom the virtual clock knows that they wait for an answer. */
const whileOthersWait = async <Given>(
  { timeline, requestHandler }: Organization,
  person: string,
  ask: (transport: Transport) => Promise<Given>,
): Promise<Given> => {
  let waits = false;
  const forget = timeline.add({ name: person, blocked: () => waits });
  const handle: typeof requestHandler.handle = async (request, options) => {
    waits = true;
    timeline.touch();
    const answered = await requestHandler.handle(request, options);
    waits = false;
    return answered;
  };
  try {
    return await ask({ handle: (request) => handle(request as never) });
  } finally {
    forget();
  }
};

/** Has people answer as the scenario says, each time they are asked; to be called whenever something may have happened. */
export const answering = (
  organization: Organization,
  config: CordonConfig,
  { answers, told }: { readonly answers: readonly PlannedAnswer[]; readonly told: (what: string) => void },
): (() => void) => {
  let seen = 0;
  let questions = 0;
  return () => {
    const { events } = organization.journal;
    for (; seen < events.length; seen += 1) {
      const arrived = events[seen];
      const question = asked.safeParse(arrived?.event['detail']);
      if (arrived === undefined || arrived.event['source'] !== EVENT_SOURCE || !question.success) continue;
      const answer = answers[questions];
      questions += 1;
      if (answer === undefined) continue;
      const { person, decision, reason, afterAskedMs } = answer;
      const { incidentId, planHash } = question.data;
      const request = {
        action: 'approve',
        subject: incidentId,
        planHash,
        decision,
        reason,
      } as OperatorRequest;
      organization.timeline.at(arrived.at + afterAskedMs, () => {
        askAs(organization, config, { person, request }).then(
          (answered) =>
            told(
              `${person} answers ${decision}: ${answered.status === 'answered' ? answered.reply.status : `HTTP ${answered.code}`}`,
            ),
          (error: unknown) => organization.timeline.fail(error),
        );
      });
    }
  };
};
