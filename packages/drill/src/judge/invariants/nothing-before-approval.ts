import * as z from 'zod';
import { APPROVALS_TABLE_NAME, TAGS, type PlanStepKind } from '@cordon/incident';
import { dynamodbState, type JournalCall } from '@cordon/local-aws';
import { tagsAtCreation, text, texts } from '../fields.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { nameOf, type OurCall } from '../our-calls.ts';
import type { Scene } from '../scene.ts';
import { bodyOf, isPerson } from '../signed-requests.ts';

const askedStep = z.looseObject({
  id: z.string(),
  kind: z.string(),
  gate: z.enum(['automatic', 'ask', 'approve']),
});
const askedBody = z.object({
  incident: z.looseObject({ incidentId: z.string(), instanceId: z.string() }),
  plan: z.object({ hash: z.string(), steps: z.array(askedStep) }),
  askedAt: z.string(),
  expiresAt: z.string(),
});
type Asked = z.infer<typeof askedBody>;
type Step = z.infer<typeof askedStep>;

/** What lies in the table that only the operator function reads: what was asked, by incident. */
const askedIn = ({ remains: { organization, accounts, homeRegion } }: Scene): readonly Asked[] => {
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

/** What tells a call that performs a step, by kind of step. Kinds that are not here change nothing that could wait. */
const PERFORMED: Partial<
  Readonly<Record<PlanStepKind, (step: Step, call: Pick<JournalCall, 'operation' | 'input'>) => boolean>>
> = {
  'isolate-interface': (step, { operation, input }) =>
    operation === 'ModifyNetworkInterfaceAttribute' &&
    text(input, 'NetworkInterfaceId') === step['networkInterfaceId'] &&
    texts(input, 'Groups').length > 0,
  'give-up-public-ip': (step, { operation, input }) =>
    operation === 'ModifyNetworkInterfaceAttribute' &&
    text(input, 'NetworkInterfaceId') === step['networkInterfaceId'] &&
    'AssociatePublicIpAddress' in input,
  'release-address': (step, { operation, input }) =>
    operation === 'DisassociateAddress' && text(input, 'AssociationId') === step['associationId'],
  'replace-profile': (_step, { operation }) =>
    ['ReplaceIamInstanceProfileAssociation', 'DisassociateIamInstanceProfile'].includes(operation),
  'deny-sessions': (_step, { operation }) =>
    ['TagRole', 'AttachRolePolicy', 'PutRolePolicy'].includes(operation),
  'detach-from-auto-scaling': (_step, { operation }) => operation === 'DetachInstances',
  'leave-balancers': (_step, { operation }) =>
    ['DeregisterTargets', 'DeregisterInstancesFromLoadBalancer'].includes(operation),
  'crash-instance': (_step, { operation }) => operation === 'SendDiagnosticInterrupt',
  'detach-volumes': (_step, { operation }) => operation === 'DetachVolume',
  'launch-replacement': (_step, { operation, input }) =>
    operation === 'RunInstances' && tagsAtCreation(input).has(TAGS.replaces),
  'stop-instance': (_step, { operation }) => operation === 'StopInstances',
};

const performs = (step: Step, { call }: OurCall): boolean =>
  PERFORMED[step.kind as PlanStepKind]?.(step, call) === true;

const answerBody = z.object({
  action: z.literal('approve'),
  subject: z.string(),
  planHash: z.string(),
  decision: z.enum(['approve', 'refuse']),
  steps: z.array(z.string()).optional(),
});

/** What a person said, when the function had heard it. */
interface Answer {
  readonly at: number;
  readonly decision: 'approve' | 'refuse';
  readonly steps: readonly string[] | undefined;
}

/** Every answer to a plan, by an authenticated person, with its hash, that the function took. */
const answersTo = ({ remains }: Scene, { incident, plan }: Asked): readonly Answer[] =>
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

const wrongOf = (scene: Scene, asked: Asked): readonly string[] => {
  const { incident, plan, expiresAt } = asked;
  const answers = answersTo(scene, asked);
  const expiry = Date.parse(expiresAt);
  const [first] = answers;
  const mine = scene.calls.filter(
    ({ session, duty, ok }) =>
      ok && duty !== undefined && duty !== 'release' && session === incident.incidentId,
  );
  return plan.steps
    .filter(({ gate }) => gate !== 'automatic')
    .flatMap((step) =>
      mine
        .filter((one) => performs(step, one))
        .flatMap((one) => {
          const { sentAt } = one.call;
          const yes =
            first?.decision === 'approve' &&
            first.at <= sentAt &&
            (first.steps === undefined || first.steps.includes(step.id));
          if (yes) return [];
          if (first?.decision === 'refuse') return [`${nameOf(one)} performs ${step.id}, which was refused`];
          if (step.gate === 'approve') return [`${nameOf(one)} performs ${step.id} without an express yes`];
          return sentAt >= expiry && (first === undefined || first.at > sentAt)
            ? []
            : [`${nameOf(one)} performs ${step.id} before anybody decided, and before ${expiresAt}`];
        }),
    );
};

/**
 * What a person is asked for is not done before they decided, or their time was over; and what needs an express yes is not done
 * without one. Only an authenticated person's request counts that names the hash of the plan.
 */
export const nothingBeforeApproval: Invariant = {
  id: 'nothing-before-approval',
  judge: (scene) => {
    const all = askedIn(scene);
    if (all.length === 0) return notJudged('nothing waited for a person');
    return verdictOn(
      all.flatMap((asked) => wrongOf(scene, asked)),
      `${all.length} plan(s) waited for a person; each step of theirs was done after a yes to the plan's hash, after the expiry where that is enough, or not at all`,
    );
  },
};
