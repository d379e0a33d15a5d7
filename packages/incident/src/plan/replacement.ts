import type { InstanceFacts } from './facts.ts';
import type { Posture } from './posture.ts';

const TEMPLATE_ID = /^lt-[0-9a-f]{8,32}$/;
const VERSION = /^\d{1,9}$/;

/** Words of a command line that hold ids alone; anything else is left out, for names are chosen by others. */
const idWords = (...words: readonly string[]): string =>
  words.filter((word) => /^[\w.,:=/+@-]+$/.test(word)).join(' ');

const commandOf = (facts: InstanceFacts): string | undefined => {
  const from = facts.machine?.launchedFrom;
  if (from === undefined) return undefined;
  const subnet = from.subnetId === undefined ? [] : ['--subnet-id', from.subnetId];
  const begin = ['aws', 'ec2', 'run-instances', '--region', facts.region];
  const { template } = from;
  if (template !== undefined && TEMPLATE_ID.test(template.id) && VERSION.test(template.version))
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

/**
 * What is said of a replacement for an instance that no group replaces, where the policy wants one. No role of ours launches it: with the
 * workload's profile that takes the right to pass any workload's role, which none may have; without it the replacement has no rights; and to
 * launch any template of the account would run whatever its user data says, which an attacker in the account may have written.
 */
export const replacementReasons = (facts: InstanceFacts, posture: Posture): string[] => {
  if (posture.replacement === 'never' || facts.autoScalingGroup !== undefined) return [];
  const command = commandOf(facts);
  return [
    `the policy wants a replacement, which no role of Cordon's may launch (it would have to pass the workload's role): whoever may, launches it${
      command === undefined
        ? ' from the image that it was made from'
        : `, once image and template are trusted: ${command}`
    }`,
  ];
};
