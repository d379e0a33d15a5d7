import { canonicalJson, sha256Hex } from '@cordon/evidence';
import { decideClassicBalancer, decideTarget } from './decide-balancers.ts';
import {
  decideAutoScaling,
  decideAttribute,
  decideDeleteOnTermination,
  decideMetadata,
  decideReplacement,
  decideStart,
  decideTags,
} from './decide-instance.ts';
import { decideBound, decideChainedDeny, decideSessionDeny } from './decide-denies.ts';
import { decideProfile, decideQuarantineProfile } from './decide-credentials.ts';
import { decideAddress, decideGroups, decideIsolationGroup, decidePublicIp } from './decide-network.ts';
import { decideVolumes } from './decide-volumes.ts';
import { decideDnsBlock, decideDnsObjects } from './decide-dns.ts';
import type { Decide, Decided } from './decided.ts';
import {
  decideAclEntries,
  decideConnectionTimeout,
  decideInternetGateway,
  decideOwnThing,
  decideSubnetAcl,
  decideSubnetRoutes,
} from './decide-paths.ts';
import { toLift, type ContainmentJournal, type LiftKind, type LiftOf, type ToLift } from './journal.ts';
import type { ReleaseFacts } from './release-facts.ts';
import { releasePlanSchema, type ReleasePlan, type ReleaseStep } from './release-io.ts';

/** How each kind is decided: a further undo of the plan adds its own here, and the compiler asks for it. */
const DECIDE: { readonly [Kind in LiftKind]: Decide<Kind> } = {
  'attach-volumes': decideVolumes,
  'start-instance': decideStart,
  'lift-chained-deny': decideChainedDeny,
  'restore-metadata-options': decideMetadata,
  'bound-session-deny': decideBound,
  'lift-session-deny': decideSessionDeny,
  'end-quarantine-profile': decideQuarantineProfile,
  'restore-profile': decideProfile,
  'associate-address': decideAddress,
  'assign-public-ip': decidePublicIp,
  'attach-internet-gateway': decideInternetGateway,
  'restore-subnet-routes': decideSubnetRoutes,
  'restore-subnet-acl': decideSubnetAcl,
  'remove-acl-entries': decideAclEntries,
  'unblock-dns': decideDnsBlock,
  'remove-dns-block': decideDnsObjects,
  'restore-connection-timeout': decideConnectionTimeout,
  'remove-closed-acl': decideOwnThing,
  'remove-empty-table': decideOwnThing,
  'restore-groups': decideGroups,
  'restore-delete-on-termination': decideDeleteOnTermination,
  'restore-attribute': decideAttribute,
  'attach-to-auto-scaling': decideAutoScaling,
  'keep-replacement': decideReplacement,
  'register-target': decideTarget,
  'register-with-classic-balancer': decideClassicBalancer,
  'remove-isolation-group': decideIsolationGroup,
  'remove-tags': decideTags,
};

/** States that nobody but Cordon brings about: where they are met, the step was done, outcome or not. */
const OURS_ALONE: ReadonlySet<LiftKind> = new Set<LiftKind>([
  'restore-groups',
  'end-quarantine-profile',
  'lift-chained-deny',
  'bound-session-deny',
  'lift-session-deny',
  'remove-acl-entries',
  'unblock-dns',
  'remove-dns-block',
  'restore-subnet-acl',
  'restore-subnet-routes',
  'remove-closed-acl',
  'remove-empty-table',
  'remove-isolation-group',
  'remove-tags',
]);

const decideOne = <Kind extends LiftKind>(
  kind: Kind,
  lift: LiftOf<Kind>,
  on: { readonly of: ToLift; readonly facts: ReleaseFacts; readonly now: number },
): Decided => DECIDE[kind]({ lift, ...on });

const stepOf = (of: ToLift, on: { readonly facts: ReleaseFacts; readonly now: number }): ReleaseStep => {
  const decided = decideOne(of.lift.kind, of.lift, { of, ...on });
  const unsure = !of.done && decided.decision === 'restore' && !OURS_ALONE.has(of.lift.kind);
  return {
    id: of.id,
    kind: of.lift.kind,
    lifts: [...of.lifts],
    ...decided,
    ...(unsure
      ? {
          decision: 'drifted' as const,
          because:
            'no outcome says that containment did this, and others may have: it is lifted only when it is named',
        }
      : {}),
  };
};

/**
 * Decides what a release does about everything that containment may have left: three-way for each, in the order in which it
 * is lifted. Pure: the same journal, facts and time give the same plan and hash. What was never done and is as it was is left
 * out. `now` is in epoch milliseconds.
 */
export const releasePlan = (journal: ContainmentJournal, facts: ReleaseFacts, now: number): ReleasePlan => {
  const steps = toLift(journal).flatMap((of) => {
    const step = stepOf(of, { facts, now });
    // Without the right to write one there is no bound to speak of.
    if (of.lift.kind === 'bound-session-deny' && !facts.mayBound) return [];
    return !of.done && step.decision === 'already' ? [] : [step];
  });
  const body = {
    schemaVersion: 1 as const,
    incidentId: journal.incidentId,
    account: journal.account,
    region: journal.region,
    instanceId: journal.instanceId,
    revision: journal.revision,
    steps,
  };
  return releasePlanSchema.parse({ ...body, hash: sha256Hex(canonicalJson(body)) });
};
