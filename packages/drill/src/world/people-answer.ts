import {
  EVENT_SOURCE,
  OPERATOR_FUNCTION_NAME,
  type CordonConfig,
  type OperatorRequest,
} from '@cordon/incident';
import type { Organization } from '@cordon/local-aws';
import { lambdaState } from '@cordon/local-aws';
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
  const { timeline, requestHandler } = organization;
  const credentials = sessionOf(organization, config, given.person);
  const url = organization.world
    .of(lambdaState, config.accounts.security, config.homeRegion)
    .functions.get(OPERATOR_FUNCTION_NAME)?.url;
  if (credentials === undefined || url === undefined)
    throw new Error(
      'nobody may decide in this deployment: approvals.approvers names no Identity Center role',
    );
  let waits = false;
  const forget = timeline.add({ name: given.person, blocked: () => waits });
  const handle: typeof requestHandler.handle = async (request, options) => {
    waits = true;
    timeline.touch();
    const answered = await requestHandler.handle(request, options);
    waits = false;
    return answered;
  };
  try {
    return await askOperator(given.request, {
      url: new URL(`https://${url.host}/`),
      region: config.homeRegion,
      credentials,
      transport: { handle: (request) => handle(request as never) },
    });
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
