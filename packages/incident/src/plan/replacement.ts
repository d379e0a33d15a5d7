import type { InstanceFacts } from './facts.ts';
import { costlyGate } from './gate.ts';
import type { Posture } from './posture.ts';
import type { PlanStep } from './steps.ts';

const TEMPLATE_ID = /^lt-[0-9a-f]{8,32}$/;
const VERSION = /^\d{1,9}$/;
const IMAGE_ID = /^ami-[0-9a-f]{8,32}$/;

/** What is known beside the facts of whether a replacement may be launched. */
export interface ReplacementRight {
  /** False where the deployment gave nobody the right. */
  readonly mayLaunch: boolean;
  /**
   * `prepared`: an earlier look of this incident kept what to launch; `launched`: there is one already; `by-group`: an earlier plan took the
   * instance out of an Auto Scaling group, which launches another itself.
   */
  readonly sofar?: 'prepared' | 'launched' | 'by-group';
}

/** Words of a command line that hold ids alone; anything else is left out, for names are chosen by others. */
const idWords = (...words: readonly string[]): string =>
  words.filter((word) => /^[\w.,:=/+@-]+$/.test(word)).join(' ');

/** The template that EC2 says the instance was launched from, where it is spelt as EC2 spells one. */
const templateOf = ({ machine }: InstanceFacts): { id: string; version: string } | undefined => {
  const template = machine?.launchedFrom?.template;
  return template !== undefined && TEMPLATE_ID.test(template.id) && VERSION.test(template.version)
    ? template
    : undefined;
};

const commandOf = (facts: InstanceFacts): string | undefined => {
  const from = facts.machine?.launchedFrom;
  if (from === undefined) return undefined;
  const subnet = from.subnetId === undefined ? [] : ['--subnet-id', from.subnetId];
  const begin = ['aws', 'ec2', 'run-instances', '--region', facts.region];
  const template = templateOf(facts);
  if (template !== undefined)
    return idWords(
      ...begin,
      '--launch-template',
      `LaunchTemplateId=${template.id},Version=${template.version}`,
      ...subnet,
    );
  const groups = facts.networkInterfaces[0]?.groupIds ?? [];
  return idWords(
    ...begin,
    '--image-id',
    from.imageId,
    ...(facts.instanceType === undefined ? [] : ['--instance-type', facts.instanceType]),
    ...subnet,
    ...(groups.length === 0 ? [] : ['--security-group-ids', ...groups]),
    ...(facts.profile === undefined ? [] : ['--iam-instance-profile', `Arn=${facts.profile.profileArn}`]),
  );
};

const hasOne = ({ sofar }: ReplacementRight): boolean => sofar === 'launched' || sofar === 'by-group';

/** Who keeps the capacity up by itself, so that one of ours would be one too many; undefined where nobody does. */
const whoReplaces = ({ nodeOf, machine }: InstanceFacts): string | undefined => {
  if (nodeOf !== undefined)
    return 'none is launched for it: the service whose node it is starts its nodes itself';
  switch (machine?.fleet) {
    case 'spot-fleet':
      return 'none is launched for it: its Spot Fleet maintains the capacity, and counts it until it ends; raise the target capacity by one meanwhile';
    case 'ec2-fleet':
      return 'none is launched for it: it comes from an EC2 Fleet, as the nodes of Karpenter do, and what keeps that at its size starts another; a maintaining fleet counts this one until it ends, so raise its target capacity by one meanwhile';
    case undefined:
      return undefined;
  }
};

/** What cannot be launched in place of this instance, with the reason; undefined where it can be tried. */
const whyNotLaunched = (facts: InstanceFacts, right: ReplacementRight): string | undefined => {
  if (facts.state !== 'running' && right.sofar === undefined)
    return `it is ${facts.state}, so it serves nobody whom a replacement would serve`;
  if (facts.machine?.replaces === true)
    return 'it was itself launched in place of a contained one, so that another would fare no better: mend what let the attacker in first';
  const from = facts.machine?.launchedFrom;
  if (from?.subnetId === undefined || facts.instanceType === undefined || !IMAGE_ID.test(from.imageId))
    return 'EC2 does not say what it was launched from';
  return facts.networkInterfaces.some(({ primary }) => primary === true)
    ? undefined
    : 'EC2 does not say which of its interfaces is the first';
};

/** The caveats of a replacement: what a person must know before they say yes. */
const caveatsOf = (facts: InstanceFacts): string =>
  [
    `one more ${facts.instanceType ?? 'instance'} runs and is paid for, by the hour, until somebody ends it; what that costs is not known here`,
    'it has the hole that the attacker came through, unless image or configuration was mended since',
    'it has another private address, and no Elastic IP; what was on the disks is not on it',
    ...(facts.networkInterfaces.length > 1 ? ['it has one interface alone'] : []),
    ...(facts.machine?.rootDevice === 'instance-store' ? ['its root is an instance store again'] : []),
    ...(facts.spot && templateOf(facts) === undefined
      ? ['it is an On-Demand Instance, which costs more']
      : []),
    'the target groups and classic balancers that the suspect left get it once it runs, and their health checks decide',
  ].join('; ');

const stepOf = (facts: InstanceFacts, posture: Posture): PlanStep[] => {
  const gate = costlyGate(posture.replacement, posture);
  const from = facts.machine?.launchedFrom;
  const primary = facts.networkInterfaces.find((nic) => nic.primary === true);
  if (gate === undefined || from?.subnetId === undefined || primary === undefined) return [];
  const template = templateOf(facts);
  const owner = facts.subnets.find(({ subnetId }) => subnetId === from.subnetId)?.ownerId;
  return [
    {
      kind: 'launch-replacement',
      gate,
      id: 'launch-replacement',
      imageId: from.imageId,
      instanceType: facts.instanceType ?? '',
      networkInterfaceId: primary.networkInterfaceId,
      subnetId: from.subnetId,
      ...(owner === undefined || owner === facts.account ? {} : { subnetOwnerId: owner }),
      ...(template === undefined ? {} : { template }),
      because: `no group replaces it, and the policy wants its service to go on: launched again from ${
        template === undefined
          ? from.imageId
          : `${from.imageId} by version ${template.version} of ${template.id}`
      }, once the instance is contained, and only where image and start are older than the first activity of the findings`,
      effectOnOthers: caveatsOf(facts),
      undo: { kind: 'keep-replacement' },
    },
  ];
};

/**
 * What is done, or said, about a replacement for an instance that no group replaces, where the policy wants one. Planned from what
 * containment itself does not change, so that a person's yes still fits once the instance is cut off. Pure.
 */
export const replacement = (
  facts: InstanceFacts,
  posture: Posture,
  right: ReplacementRight = { mayLaunch: false },
): { readonly steps: PlanStep[]; readonly reasons: string[] } => {
  const none = { steps: [], reasons: [] };
  if (posture.replacement === 'never' || facts.autoScalingGroup !== undefined || hasOne(right)) return none;
  const others = whoReplaces(facts);
  if (others !== undefined) return { ...none, reasons: [`the policy wants a replacement: ${others}`] };
  if (!right.mayLaunch) {
    const command = commandOf(facts);
    return {
      ...none,
      reasons: [
        `the policy wants a replacement, which this deployment lets nobody launch (containment.replacement: it would have to pass the workload's role): whoever may, launches it${
          command === undefined
            ? ' from the image that it was made from'
            : `, once image and template are trusted: ${command}`
        }`,
      ],
    };
  }
  const why = whyNotLaunched(facts, right);
  return why === undefined
    ? { ...none, steps: stepOf(facts, posture) }
    : { ...none, reasons: [`the policy wants a replacement, and none is launched: ${why}`] };
};
