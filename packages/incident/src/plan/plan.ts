import { canonicalJson, sha256Hex } from '@cordon/evidence';
import { QUARANTINE_PROFILE_NAME } from '../contract.ts';
import type { InstanceFacts } from './facts.ts';
import type { SessionDenyWay } from './session-deny.ts';
import type { Plan, PlanStep, Undo } from './steps.ts';

const NOTHING = (because: string): Undo => ({ kind: 'nothing', because });

/** What `plan` decides from. */
export interface PlanInput {
  readonly incidentId: string;
  readonly facts: InstanceFacts;
  /** Whether the policy wants the contained instance stopped. */
  readonly stop: 'never' | 'after-freeze';
  /** Volumes that an earlier plan of this incident has brought into custody: a later plan leaves them alone. */
  readonly inCustody?: readonly string[];
  /** How the deployment has sessions denied; by the fixed policy when absent. */
  readonly sessionDeny?: SessionDenyWay;
}

/**
 * Decides what will be done about an instance: every step with its reason, its effect on others and its undo. Pure: the
 * same facts give the same plan and the same hash. What an earlier plan has done is not planned again: an interface that is
 * isolated already, the quarantine profile and volumes in custody stay as they are, so that the undo of the first plan holds.
 */
export const plan = (input: PlanInput): Plan => {
  const { facts } = input;
  const decided = decide(input);
  const body = { schemaVersion: 1 as const, incidentId: input.incidentId, ...decided };
  return {
    ...body,
    hash: sha256Hex(canonicalJson({ ...body, instance: [facts.account, facts.region, facts.instanceId] })),
  };
};

const decide = (input: PlanInput): Pick<Plan, 'outcome' | 'reasons' | 'steps'> => {
  const facts = {
    ...input.facts,
    volumes: input.facts.volumes.filter(({ volumeId }) => input.inCustody?.includes(volumeId) !== true),
  };
  if (facts.state === 'gone' || facts.state === 'terminated' || facts.state === 'shutting-down') {
    const steps = facts.state === 'gone' ? [] : diskSteps(facts);
    return {
      outcome: 'nothing-to-contain',
      reasons: [`the instance is ${facts.state}: it has no interface left to isolate`],
      steps,
    };
  }
  if (facts.managedBy !== undefined) {
    // aws-facts 2.1: EC2 refuses changes to a managed instance by anyone but its service; only tags and snapshots work.
    return {
      outcome: 'ask',
      reasons: [
        `the instance is managed by ${facts.managedBy}: EC2 lets only that service change it, so a person must use its playbook`,
      ],
      steps: diskSteps(facts),
    };
  }
  return {
    outcome: 'respond',
    reasons: [
      `the instance is ${facts.state} with ${facts.networkInterfaces.length} interface(s) and ${facts.volumes.length} volume(s)`,
    ],
    steps: [
      ...protectSteps(input.facts),
      ...diskSteps(facts),
      ...networkSteps(facts),
      ...credentialSteps(facts, input.sessionDeny ?? 'attach-fixed-policy'),
      ...stopSteps(input),
      ...examineSteps(facts),
    ],
  };
};

const protectSteps = (facts: InstanceFacts): PlanStep[] => {
  const steps: PlanStep[] = [];
  if (facts.autoScalingGroup !== undefined) {
    const groupName = facts.autoScalingGroup;
    steps.push({
      kind: 'detach-from-auto-scaling',
      id: 'detach-from-auto-scaling',
      groupName,
      because: 'the group would terminate an isolated member as unhealthy, disks included (aws-facts 2.7)',
      effectOnOthers: 'desired capacity stays, so the group launches a healthy replacement',
      undo: { kind: 'attach-to-auto-scaling', groupName },
    });
  }
  if (!facts.spot) {
    steps.push({
      kind: 'protect-from-termination',
      id: 'protect-from-termination',
      because: 'termination would destroy memory and, with it, evidence',
      effectOnOthers: 'none',
      undo: { kind: 'restore-attribute', attribute: 'disableApiTermination', readFrom: 'context' },
    });
  }
  steps.push({
    kind: 'stop-on-shutdown',
    id: 'stop-on-shutdown',
    because: "an attacker's poweroff must stop the instance, not terminate it (aws-facts 2.6)",
    effectOnOthers: 'none',
    undo: { kind: 'restore-attribute', attribute: 'instanceInitiatedShutdownBehavior', readFrom: 'context' },
  });
  if (facts.volumes.length > 0) {
    steps.push({
      kind: 'keep-volumes',
      id: 'keep-volumes',
      deviceNames: facts.volumes.map((volume) => volume.deviceName),
      volumeIds: facts.volumes.map((volume) => volume.volumeId),
      because: 'the disks must survive a termination that protection cannot stop',
      effectOnOthers: 'none',
      undo: { kind: 'restore-attribute', attribute: 'deleteOnTermination', readFrom: 'context' },
    });
  }
  steps.push({
    kind: 'tag-instance',
    id: 'tag-instance',
    networkInterfaceIds: facts.networkInterfaces.map(({ networkInterfaceId }) => networkInterfaceId),
    because:
      'whoever looks at the instance must see which incident holds it, and guardrails keep others from what carries the tag',
    effectOnOthers: 'none',
    undo: NOTHING('the tag is removed with the last step of a release'),
  });
  return steps;
};

const diskSteps = (facts: InstanceFacts): PlanStep[] => [
  {
    kind: 'preserve-context',
    id: 'preserve-context',
    because: 'what was true before any change is itself evidence',
    effectOnOthers: 'none',
    undo: NOTHING('evidence is never taken back'),
  },
  ...(facts.volumes.length === 0
    ? []
    : [
        {
          kind: 'snapshot-volumes' as const,
          id: 'snapshot-volumes',
          volumeIds: facts.volumes.map((volume) => volume.volumeId),
          because: 'all volumes at one instant, before anything else writes to them (aws-facts 3.1)',
          effectOnOthers: 'none: the volumes stay in use',
          undo: NOTHING('snapshots of ours go when their evidence copies are locked'),
        },
      ]),
  ...facts.volumes.map((volume) => ({
    kind: 'secure-volume' as const,
    id: `secure-volume:${volume.volumeId}`,
    volumeId: volume.volumeId,
    sizeGiB: volume.sizeGiB,
    encrypted: volume.encrypted,
    ...(volume.kmsKeyArn === undefined ? {} : { kmsKeyArn: volume.kmsKeyArn }),
    because: volume.encrypted
      ? 'a locked copy under the evidence key, by way of the transit key where the volume key may not leave the account'
      : 'a locked copy under the evidence key, shared and copied directly',
    effectOnOthers: 'one of the 20 copies that the evidence account may run at once',
    undo: NOTHING('evidence is never taken back'),
  })),
];

const networkSteps = (facts: InstanceFacts): PlanStep[] => [
  ...facts.networkInterfaces.flatMap((nic) => {
    const group = facts.isolationGroups.find(
      (candidate) => candidate.vpcId === nic.vpcId && candidate.ours && candidate.empty,
    );
    if (group !== undefined && nic.groupIds.length === 1 && nic.groupIds[0] === group.groupId) return [];
    return {
      kind: 'isolate-interface' as const,
      id: `isolate-interface:${nic.networkInterfaceId}`,
      networkInterfaceId: nic.networkInterfaceId,
      vpcId: nic.vpcId,
      ...(group === undefined ? {} : { isolationGroupId: group.groupId }),
      because:
        'no new connection in or out, IPv4 or IPv6; connections already tracked may live on (aws-facts 2.2)',
      effectOnOthers: 'none: only this interface changes its groups',
      undo: {
        kind: 'restore-groups' as const,
        networkInterfaceId: nic.networkInterfaceId,
        groupIds: nic.groupIds,
      },
    };
  }),
  ...facts.networkInterfaces
    .filter((nic) => nic.publicIp !== undefined)
    .map((nic) => ({
      kind: 'give-up-public-ip' as const,
      id: `give-up-public-ip:${nic.networkInterfaceId}`,
      networkInterfaceId: nic.networkInterfaceId,
      because:
        'an auto-assigned public address is a way in and out that the empty group does not cut for tracked flows',
      effectOnOthers: 'whoever uses the address reaches nothing; another one comes with the release',
      undo: { kind: 'assign-public-ip' as const, networkInterfaceId: nic.networkInterfaceId },
    })),
  ...facts.addresses.map((address) => ({
    kind: 'release-address' as const,
    id: `release-address:${address.associationId}`,
    associationId: address.associationId,
    networkInterfaceId: address.networkInterfaceId,
    because: 'the public address is a way in and out that the empty group does not cut for tracked flows',
    effectOnOthers: 'whoever uses the address reaches nothing until it is associated again',
    undo: {
      kind: 'associate-address' as const,
      allocationId: address.allocationId,
      networkInterfaceId: address.networkInterfaceId,
    },
  })),
];

const credentialSteps = (facts: InstanceFacts, by: SessionDenyWay): PlanStep[] => {
  if (facts.profile === undefined || facts.profile.profileArn.endsWith(`/${QUARANTINE_PROFILE_NAME}`))
    return [];
  const { associationId, profileArn } = facts.profile;
  return [
    {
      kind: 'replace-profile',
      id: 'replace-profile',
      associationId,
      profileArn,
      because:
        'before the deny, else the metadata service hands out fresh credentials after it (aws-facts 2.5)',
      effectOnOthers: 'none: the role stays with its other instances',
      undo: { kind: 'restore-profile', profileArn },
    },
    {
      kind: 'deny-sessions',
      id: 'deny-sessions',
      profileArn,
      by,
      because:
        'credentials already taken from the instance live for hours wherever they are used (aws-facts 2.5)',
      effectOnOthers: 'none: the deny names the sessions of this instance alone, siblings keep working',
      undo: { kind: 'lift-session-deny', profileArn, by },
    },
  ];
};

const stopSteps = (input: PlanInput): PlanStep[] =>
  input.stop === 'never' || input.facts.state !== 'running'
    ? []
    : [
        {
          kind: 'stop-instance',
          id: 'stop-instance',
          because: 'the policy wants a contained instance stopped once its disks are frozen',
          effectOnOthers: 'memory and instance-store data are lost',
          undo: { kind: 'start-instance' },
        },
      ];

const examineSteps = (facts: InstanceFacts): PlanStep[] =>
  facts.volumes.length === 0
    ? []
    : [
        {
          kind: 'launch-forensic-machine',
          id: 'launch-forensic-machine',
          because: 'an analyst needs the copies on a machine with no way out',
          effectOnOthers: 'none',
          undo: NOTHING('the machine belongs to the forensics account and is ended there'),
        },
      ];
