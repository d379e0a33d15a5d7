import type { AccountId } from '../ids.ts';
import { isUnasked } from '../plan/gate.ts';
import type { Plan, PlanStep, Undo } from '../plan/steps.ts';
import type { SessionDenyWay } from '../plan/session-deny.ts';
import type { StepOutcome } from '../workflow/incident-ref.ts';

/** All that containment wrote down: every plan with its undo, made before any change, and what became of its steps. */
export interface ContainmentJournal {
  readonly incidentId: string;
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
  /** The last plan that was counted. */
  readonly revision: number;
  readonly plans: readonly { readonly revision: number; readonly plan: Plan }[];
  /** Steps that were found while a plan was performed, each kept with its undo before it was done. */
  readonly found?: readonly { readonly revision: number; readonly step: PlanStep }[];
  /** Denies of sessions that were found after the plans, with their undo. */
  readonly chained?: readonly Extract<Undo, { kind: 'lift-chained-deny' }>[];
  readonly outcomes: readonly { readonly revision: number; readonly outcome: StepOutcome }[];
}

/** What can be lifted: the undo of a step, or what a step leaves beside what its undo restores. */
export type Lift =
  | Exclude<Undo, { kind: 'nothing' | 'register-as-found' }>
  /** The deny of the instance's sessions, narrowed to what was issued before the release: what is lifted first of it. */
  | { readonly kind: 'bound-session-deny'; readonly profileArn: string; readonly by: SessionDenyWay }
  /** The VPC's isolation group, which instances share. */
  | { readonly kind: 'remove-isolation-group'; readonly vpcId: string }
  /** The VPC's closed network ACL and its empty route table, which subnets share; in the account that owns the VPC. */
  /** Domain list, rule group and rule of an incident's DNS block, once no VPC has them; in the account that owns the VPC. */
  | {
      readonly kind: 'remove-dns-block';
      readonly account: AccountId;
      readonly vpcId: string;
      readonly zones: readonly string[];
    }
  | { readonly kind: 'remove-closed-acl'; readonly account: AccountId; readonly vpcId: string }
  | { readonly kind: 'remove-empty-table'; readonly account: AccountId; readonly vpcId: string };
/** The kinds of what can be lifted. */
export type LiftKind = Lift['kind'];
/** What can be lifted, of one kind. */
export type LiftOf<Kind extends LiftKind> = Extract<Lift, { kind: Kind }>;

/** One thing to lift, with what is known of how it came to be. */
export interface ToLift {
  readonly id: string;
  /** Holds what was recorded before any change. */
  readonly lift: Lift;
  /** Ids of the steps that it lifts, with the plan's number: `isolate-interface:eni-1@0`. */
  readonly lifts: readonly string[];
  /** False where no outcome says that a step was done: it may have been, or have waited for a person in vain. */
  readonly done: boolean;
  /** When the last of its steps was done. */
  readonly doneAt?: string;
  /** ARN of what was changed, where the outcome names it. */
  readonly on?: string;
}

/** The order of a release: the reverse of containment's, then what must be the last, for the duty's rights hang on the tag. */
const ORDER: readonly LiftKind[] = [
  'attach-volumes',
  'start-instance',
  'lift-chained-deny',
  'bound-session-deny',
  'lift-session-deny',
  'end-quarantine-profile',
  'restore-profile',
  'attach-internet-gateway',
  'restore-subnet-routes',
  'restore-subnet-acl',
  'remove-acl-entries',
  'unblock-dns',
  'restore-connection-timeout',
  'associate-address',
  'assign-public-ip',
  'restore-groups',
  'restore-delete-on-termination',
  'restore-attribute',
  'restore-metadata-options',
  'attach-to-auto-scaling',
  'keep-replacement',
  'register-target',
  'register-with-classic-balancer',
  'remove-dns-block',
  'remove-closed-acl',
  'remove-empty-table',
  'remove-isolation-group',
  'remove-tags',
];

/** What makes two lifts the same thing, whichever plan recorded them. */
const subjectOf = (lift: Lift): string => {
  switch (lift.kind) {
    case 'restore-groups':
    case 'assign-public-ip':
    case 'restore-connection-timeout':
      return lift.networkInterfaceId;
    case 'remove-acl-entries':
      return lift.networkAclId;
    case 'restore-subnet-acl':
    case 'restore-subnet-routes':
      return lift.subnetId;
    case 'attach-internet-gateway':
      return lift.internetGatewayId;
    case 'associate-address':
      return lift.allocationId;
    case 'restore-attribute':
      return lift.attribute;
    case 'bound-session-deny':
    case 'lift-session-deny':
      return lift.profileArn.slice(lift.profileArn.lastIndexOf('/') + 1);
    case 'lift-chained-deny':
      return lift.id;
    case 'remove-isolation-group':
    case 'unblock-dns':
    case 'remove-dns-block':
    case 'remove-closed-acl':
    case 'remove-empty-table':
      return lift.vpcId;
    case 'register-target':
      return `${lift.targetGroupArn.slice(lift.targetGroupArn.indexOf(':targetgroup/') + ':targetgroup/'.length)}:${lift.targetId}:${lift.port}`;
    case 'register-with-classic-balancer':
      return lift.name;
    case 'attach-volumes':
    case 'attach-to-auto-scaling':
    case 'restore-delete-on-termination':
    case 'remove-tags':
    case 'restore-profile':
    case 'end-quarantine-profile':
    case 'restore-metadata-options':
    case 'start-instance':
    case 'keep-replacement':
      return '';
  }
};

/** The name by which a person names a lift. */
const idOf = (lift: Lift): string => {
  const subject = subjectOf(lift);
  return subject === '' ? lift.kind : `${lift.kind}:${subject}`;
};

const liftsOf = (step: PlanStep): readonly Lift[] => {
  const { undo } = step;
  // What the look found is in the journal, each registration with an undo of its own.
  if (undo.kind === 'nothing' || undo.kind === 'register-as-found') return [];
  if (undo.kind === 'restore-profile') return [{ kind: 'end-quarantine-profile' }, undo];
  if (undo.kind === 'lift-session-deny') {
    const { profileArn, by } = undo;
    return [{ kind: 'bound-session-deny', profileArn, by }, undo];
  }
  if (step.kind === 'isolate-interface') return [undo, { kind: 'remove-isolation-group', vpcId: step.vpcId }];
  if (step.kind === 'detach-volumes')
    return [undo, { kind: 'remove-tags', resourceIds: step.volumes.map(({ volumeId }) => volumeId) }];
  if (undo.kind === 'unblock-dns')
    return [undo, { kind: 'remove-dns-block', account: undo.account, vpcId: undo.vpcId, zones: undo.zones }];
  if (step.kind === 'cut-subnet')
    return [undo, { kind: 'remove-closed-acl', account: step.account, vpcId: step.vpcId }];
  if (step.kind === 'cut-routes')
    return [undo, { kind: 'remove-empty-table', account: step.account, vpcId: step.vpcId }];
  return [undo];
};

/** Ids of what lifts a step, by which people name it; empty where nothing is to be lifted. */
export const liftIdsOf = (step: PlanStep): readonly string[] => liftsOf(step).map(idOf);

interface Candidate {
  readonly lift: Lift;
  readonly step: string;
  readonly automatic: boolean;
  readonly outcome: StepOutcome | undefined;
}

const chainedOf = ({ chained = [], outcomes }: ContainmentJournal): readonly Candidate[] =>
  chained.flatMap((lift) => {
    const step = `deny-chained-session:${lift.id}`;
    const said = outcomes.filter(({ outcome }) => outcome.id === step);
    const outcome = (said.find((one) => one.outcome.status === 'done') ?? said.at(-1))?.outcome;
    return outcome?.status === 'refused' ? [] : [{ lift, step, automatic: true, outcome }];
  });

const candidatesOf = ({ plans, found = [], outcomes }: ContainmentJournal): readonly Candidate[] =>
  [
    ...plans.map(({ revision, plan }) => ({ revision, steps: plan.steps })),
    ...found.map(({ revision, step }) => ({ revision, steps: [step] })),
  ]
    .toSorted((a, b) => a.revision - b.revision)
    .flatMap(({ revision, steps }) =>
      steps.flatMap((step) => {
        const said = outcomes.filter((one) => one.revision === revision && one.outcome.id === step.id);
        // A step that was tried twice counts by its best outcome: what was done once is to be undone.
        const outcome = (said.find((one) => one.outcome.status === 'done') ?? said.at(-1))?.outcome;
        // AWS or the contain duty said no: nothing was changed that could be lifted.
        if (outcome?.status === 'refused') return [];
        const automatic = isUnasked(step.gate);
        return liftsOf(step).map((lift) => ({
          lift,
          step: `${step.id}@${revision}`,
          automatic,
          outcome,
        }));
      }),
    );

const isDone = ({ outcome }: Candidate): boolean => outcome?.status === 'done';

/** The first to be recorded holds what was before any change, unless it waited for a person who never said yes. */
const firstRecorded = (held: readonly Candidate[]): Candidate | undefined =>
  held.find((one) => isDone(one) || one.automatic) ?? held[0];

/** Of lists, what any plan recorded: an interface or device that came later is in a later plan alone. */
const merged = (first: Lift, held: readonly Candidate[]): Lift => {
  if (first.kind === 'remove-tags') {
    const ids = held.flatMap(({ lift }) => (lift.kind === 'remove-tags' ? lift.resourceIds : []));
    return { ...first, resourceIds: [...new Set(ids)] };
  }
  if (first.kind === 'remove-acl-entries') {
    // Entries of a later plan stand beside those of the first.
    const all = held.flatMap(({ lift }) => (lift.kind === 'remove-acl-entries' ? lift.entries : []));
    const key = ({ ruleNumber, egress }: (typeof all)[number]): string => `${ruleNumber}/${egress}`;
    return { ...first, entries: [...new Map(all.map((entry) => [key(entry), entry])).values()] };
  }
  if (first.kind === 'unblock-dns' || first.kind === 'remove-dns-block') {
    const all = held.flatMap(({ lift }) =>
      lift.kind === 'unblock-dns' || lift.kind === 'remove-dns-block' ? lift.zones : [],
    );
    return { ...first, zones: [...new Set(all)] };
  }
  if (first.kind === 'attach-volumes') {
    const all = held.flatMap(({ lift }) => (lift.kind === 'attach-volumes' ? lift.volumes : []));
    return { ...first, volumes: [...new Map(all.map((one) => [one.volumeId, one])).values()] };
  }
  if (first.kind === 'restore-delete-on-termination') {
    const all = held.flatMap(({ lift }) =>
      lift.kind === 'restore-delete-on-termination' ? lift.devices : [],
    );
    return {
      ...first,
      devices: all.filter(
        ({ volumeId }, index) => all.findIndex((one) => one.volumeId === volumeId) === index,
      ),
    };
  }
  return first;
};

/** All that containment may have left, each thing once, in the order in which it is lifted. Pure. */
export const toLift = (journal: ContainmentJournal): readonly ToLift[] => {
  const byId = Map.groupBy([...candidatesOf(journal), ...chainedOf(journal)], ({ lift }) => idOf(lift));
  const all = [...byId].flatMap(([id, held]): ToLift[] => {
    const first = firstRecorded(held);
    if (first === undefined) return [];
    const done = held.filter(isDone);
    const doneAt = done
      .map(({ outcome }) => outcome?.at ?? '')
      .toSorted()
      .at(-1);
    const on = done.flatMap(({ outcome }) => outcome?.on ?? []).at(-1);
    return [
      {
        id,
        lift: merged(first.lift, held),
        lifts: held.map(({ step }) => step),
        done: done.length > 0,
        ...(doneAt === undefined ? {} : { doneAt }),
        ...(on === undefined ? {} : { on }),
      },
    ];
  });
  return all.toSorted(
    (a, b) =>
      ORDER.indexOf(a.lift.kind) - ORDER.indexOf(b.lift.kind) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
};
