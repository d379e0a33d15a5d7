import * as z from 'zod';
import { APPROVALS_TABLE_NAME } from '@cordon/incident';
import { dynamodbState } from '@cordon/local-aws';
import { text } from './fields.ts';
import type { Scene } from './scene.ts';
import { bodyOf, isPerson } from './signed-requests.ts';

const askedStep = z.looseObject({
  id: z.string(),
  kind: z.string(),
  gate: z.enum(['automatic', 'memory', 'ask', 'approve', 'climb']),
});
const askedBody = z.object({
  incident: z.looseObject({ incidentId: z.string(), instanceId: z.string() }),
  plan: z.object({ hash: z.string(), steps: z.array(askedStep) }),
  askedAt: z.string(),
  expiresAt: z.string(),
});
/** A plan of which people were asked. */
export type Asked = z.infer<typeof askedBody>;
/** A step of it. */
export type AskedStep = z.infer<typeof askedStep>;

/** What lies in the table that only the operator function reads: what was asked, by incident. */
export const askedIn = ({
  remains: { organization, accounts, homeRegion },
}: Pick<Scene, 'remains'>): readonly Asked[] => {
  const table = organization.world
    .of(dynamodbState, accounts.security, homeRegion)
    .tables.get(APPROVALS_TABLE_NAME);
  return [...(table?.items.values() ?? [])].flatMap((item) => {
    const [pk, body] = [item.get('pk'), item.get('body')];
    return pk?.type === 'S' && pk.value === 'asked' && body?.type === 'S'
      ? [askedBody.parse(JSON.parse(body.value))]
      : [];
  });
};

const answerBody = z.object({
  action: z.literal('approve'),
  subject: z.string(),
  planHash: z.string(),
  decision: z.enum(['approve', 'refuse']),
  steps: z.array(z.string()).optional(),
});

/** What a person said, when the function had heard it. */
export interface Answer {
  readonly at: number;
  readonly decision: 'approve' | 'refuse';
  readonly steps: readonly string[] | undefined;
}

/** Every answer to a plan, by an authenticated person, with its hash, that the function took. */
export const answersTo = (
  { remains }: Pick<Scene, 'remains'>,
  { incident, plan }: Asked,
): readonly Answer[] =>
  remains.organization.journal.calls.flatMap((call) => {
    if (call.operation !== 'InvokeFunctionUrl' || call.outcome !== 'ok' || !isPerson(call.caller)) return [];
    const { asked, answered } = bodyOf(call);
    const read = answerBody.safeParse(asked);
    return read.success &&
      text(answered, 'status') === 'done' &&
      read.data.subject === incident.incidentId &&
      read.data.planHash === plan.hash
      ? [{ at: call.sentAt, decision: read.data.decision, steps: read.data.steps }]
      : [];
  });

/** Whether a person had said yes to a step by then: the first answer counts. */
export const saidYes = (
  scene: Pick<Scene, 'remains'>,
  asked: Asked,
  { stepId, by }: { readonly stepId: string; readonly by: number },
): boolean => {
  const [first] = answersTo(scene, asked);
  return (
    first?.decision === 'approve' &&
    first.at <= by &&
    (first.steps === undefined || first.steps.includes(stepId))
  );
};
