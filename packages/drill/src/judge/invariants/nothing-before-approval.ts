import { LIVE_DOCUMENT_NAMES, MEMORY_DOCUMENT_NAMES, TAGS, type PlanStepKind } from '@cordon/incident';
import type { JournalCall } from '@cordon/local-aws';
import { answersTo, askedIn, saidYes, type Asked, type AskedStep } from '../asked.ts';
import { list, tagsAtCreation, text, texts } from '../fields.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { nameOf, type OurCall } from '../our-calls.ts';
import type { Scene } from '../scene.ts';

/** What tells a call that performs a step, by kind of step. Kinds that are not here change nothing that could wait. */
const PERFORMED: Partial<
  Readonly<Record<PlanStepKind, (step: AskedStep, call: Pick<JournalCall, 'operation' | 'input'>) => boolean>>
> = {
  'isolate-interface': (step, { operation, input }) =>
    operation === 'ModifyNetworkInterfaceAttribute' &&
    text(input, 'NetworkInterfaceId') === step['networkInterfaceId'] &&
    texts(input, 'Groups').length > 0,
  'give-up-public-ip': (step, { operation, input }) =>
    operation === 'ModifyNetworkInterfaceAttribute' &&
    text(input, 'NetworkInterfaceId') === step['networkInterfaceId'] &&
    'AssociatePublicIpAddress' in input,
  'untrack-connections': (step, { operation, input }) =>
    operation === 'CreateSecurityGroup' &&
    tagsAtCreation(input).get(TAGS.isolation) === 'untracking' &&
    text(input, 'GroupName')?.endsWith(text(step, 'networkInterfaceId') ?? 'no interface') === true,
  'keep-management-path': (step, { operation, input }) =>
    operation === 'CreateSecurityGroup' &&
    tagsAtCreation(input).get(TAGS.isolation) === 'management-path' &&
    text(input, 'GroupName')?.endsWith(text(step, 'networkInterfaceId') ?? 'no interface') === true,
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
  'add-profile': (_step, { operation }) => operation === 'AssociateIamInstanceProfile',
  'capture-memory': (_step, { operation, input }) =>
    operation === 'SendCommand' &&
    Object.values<string>(MEMORY_DOCUMENT_NAMES).includes(text(input, 'DocumentName') ?? ''),
  'live-response': (_step, { operation, input }) =>
    operation === 'SendCommand' &&
    Object.values<string>(LIVE_DOCUMENT_NAMES).includes(text(input, 'DocumentName') ?? ''),
  // A volume that took a memory image is detached as well, and by no step of the plan's volumes.
  'detach-volumes': (step, { operation, input }) =>
    operation === 'DetachVolume' &&
    list(step, 'volumes').some((volume) => text(volume, 'volumeId') === text(input, 'VolumeId')),
  'launch-replacement': (_step, { operation, input }) =>
    operation === 'RunInstances' && tagsAtCreation(input).has(TAGS.replaces),
  'stop-instance': (_step, { operation }) => operation === 'StopInstances',
};

const performs = (step: AskedStep, { call }: OurCall): boolean =>
  PERFORMED[step.kind as PlanStepKind]?.(step, call) === true;

const wrongOf = (scene: Scene, asked: Asked): readonly string[] => {
  const { incident, plan, expiresAt } = asked;
  const answers = answersTo(scene, asked);
  const expiry = Date.parse(expiresAt);
  const [first] = answers;
  const mine = scene.calls.filter(
    ({ session, duty, ok }) =>
      ok && duty !== undefined && duty !== 'release' && session === incident.incidentId,
  );
  return (
    plan.steps
      // What was climbed to is held against the policy, by `climbed-only-when-open`.
      .filter(({ gate }) => gate === 'ask' || gate === 'approve')
      .flatMap((step) =>
        mine
          .filter((one) => performs(step, one))
          .flatMap((one) => {
            const { sentAt } = one.call;
            if (saidYes(scene, asked, { stepId: step.id, by: sentAt })) return [];
            if (first?.decision === 'refuse')
              return [`${nameOf(one)} performs ${step.id}, which was refused`];
            if (step.gate === 'approve') return [`${nameOf(one)} performs ${step.id} without an express yes`];
            return sentAt >= expiry && (first === undefined || first.at > sentAt)
              ? []
              : [`${nameOf(one)} performs ${step.id} before anybody decided, and before ${expiresAt}`];
          }),
      )
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
