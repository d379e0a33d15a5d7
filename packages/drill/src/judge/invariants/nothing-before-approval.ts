import * as z from 'zod';
import { APPROVALS_TABLE_NAME, IAM_PATH, type PlanStepKind } from '@cordon/incident';
import { dynamodbState, type JournalCall } from '@cordon/local-aws';
import { inner, text, texts } from '../fields.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { nameOf, type OurCall } from '../our-calls.ts';
import type { Scene } from '../scene.ts';

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

/** Whether a call performs a step. Kinds that change nothing that could wait perform none. */
const performs = ({ kind, ...step }: Step, { call }: OurCall): boolean => {
  const { operation, input } = call;
  const isOfInterface = text(input, 'NetworkInterfaceId') === step['networkInterfaceId'];
  switch (kind as PlanStepKind) {
    case 'isolate-interface':
      return (
        operation === 'ModifyNetworkInterfaceAttribute' && isOfInterface && texts(input, 'Groups').length > 0
      );
    case 'give-up-public-ip':
      return (
        operation === 'ModifyNetworkInterfaceAttribute' &&
        isOfInterface &&
        'AssociatePublicIpAddress' in input
      );
    case 'release-address':
      return operation === 'DisassociateAddress' && text(input, 'AssociationId') === step['associationId'];
    case 'replace-profile':
      return ['ReplaceIamInstanceProfileAssociation', 'DisassociateIamInstanceProfile'].includes(operation);
    case 'deny-sessions':
      return ['TagRole', 'AttachRolePolicy', 'PutRolePolicy'].includes(operation);
    case 'detach-from-auto-scaling':
      return operation === 'DetachInstances';
    case 'leave-balancers':
      return ['DeregisterTargets', 'DeregisterInstancesFromLoadBalancer'].includes(operation);
    case 'crash-instance':
      return operation === 'SendDiagnosticInterrupt';
    case 'detach-volumes':
      return operation === 'DetachVolume';
    case 'stop-instance':
      return operation === 'StopInstances';
    default:
      return false;
  }
};

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

/** Sessions of Identity Center's roles, and users: not a role of ours, and nobody who chose a name. */
const isPerson = (caller: string): boolean =>
  /^arn:[^:]+:sts::\d{12}:assumed-role\/AWSReservedSSO_[^/]+\/[^/]+$/.test(caller) ||
  (/^arn:[^:]+:iam::\d{12}:user\//.test(caller) && !caller.includes(`:user${IAM_PATH}`));

const bodyOf = ({ input, output }: JournalCall): { readonly asked: unknown; readonly answered: unknown } => {
  const read = (from: unknown): unknown => {
    const body = inner(from, 'body');
    if (!(body instanceof Uint8Array)) return undefined;
    try {
      return JSON.parse(Buffer.from(body).toString('utf8'));
    } catch {
      return undefined;
    }
  };
  return { asked: read(input), answered: read(output) };
};

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
    ({ session, duty, ok }) => ok && duty !== undefined && session === incident.incidentId,
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
