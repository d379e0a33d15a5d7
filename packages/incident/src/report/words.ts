import type { Gate } from '../plan/gate.ts';
import type { PlanStepKind, Undo } from '../plan/steps.ts';

/** A kind such as `isolate-interface`, as words, for what has no sentence of its own here. */
const inWords = (kind: string): string => {
  const words = kind.replaceAll('-', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What a step does, for somebody who never saw one. */
const STEP_WORDS: Readonly<Partial<Record<string, string>>> = {
  'detach-from-auto-scaling': 'Take the machine out of its Auto Scaling group, which then starts another',
  'leave-balancers': 'Find the load balancers that send requests to the machine',
  'deregister-target': 'Take the machine out of a load balancer’s target group',
  'deregister-from-classic-balancer': 'Take the machine out of a classic load balancer',
  'protect-from-termination': 'Forbid that the machine is deleted',
  'stop-on-shutdown': 'Make a shutdown from inside stop the machine, and not delete it',
  'keep-volumes': 'Keep the disks, even if the machine is deleted',
  'tag-instance': 'Mark the machine with this incident',
  'preserve-context': 'Put what AWS says of the machine into the evidence store',
  'snapshot-volumes': 'Copy all disks as they are at one instant',
  'isolate-interface': 'Cut a network interface off: no new connection, in or out',
  'release-address': 'Take a fixed public address away',
  'give-up-public-ip': 'Take the public address away',
  'shorten-connection-timeout': 'Let idle connections end after a minute',
  'deny-remote-addresses': 'Block the addresses that the finding names, for the whole subnet',
  'block-dns': 'Block the names that the finding names, for the whole network',
  'cut-subnet': 'Cut the whole subnet off at its border',
  'cut-routes': 'Take the subnet’s routes away',
  'detach-internet-gateway': 'Cut the whole network off from the internet',
  'untrack-connections': 'Open an interface for a minute behind a closed border, so that old connections end',
  'keep-management-path': 'Keep a path for an analyst, for a bounded time',
  'replace-profile':
    'Exchange the machine’s identity for one that may do nothing but report to Systems Manager',
  'deny-sessions': 'Make credentials that were taken from the machine useless',
  'trace-sessions': 'Look for identities that were reached from the machine, and make them useless',
  'turn-metadata-off': 'Stop the machine from asking for credentials',
  'crash-instance': 'Crash the machine, so that it writes its memory to a disk',
  'lift-stop-protection': 'Allow that the machine is stopped',
  'stop-instance': 'Stop the machine',
  'snapshot-memory': 'Copy the disks again, with the memory that was written to them',
  'detach-volumes': 'Take the disks away from the machine',
  'secure-volume': 'Carry a disk’s copy into the evidence account and lock it there',
  'launch-replacement': 'Start another machine in its place',
  'launch-forensic-machine': 'Start a machine for analysts, with the copies attached',
  'add-profile': 'Give the machine an identity that may do nothing but report to Systems Manager',
  'capture-memory': 'Copy what is in the machine’s memory',
  'live-response': 'Ask the running machine what it is doing',
  'prove-containment': 'Look in the network’s flow logs for packets that still passed',
  'verify-containment': 'Read back that the machine is cut off',
  'deny-chained-session': 'Make a session that was reached from the machine useless',
  'collect-context': 'Keep what surrounds the finding',
  'member-view': 'Compare what GuardDuty says of the finding in the member account',
  'inspector-findings': 'Ask Amazon Inspector which weaknesses of the machine it knows',
  inventory: 'Keep the inventory that the machine’s agent sent',
  respond: 'The response as a whole',
} satisfies Readonly<
  Partial<
    Record<
      | PlanStepKind
      | 'prove-containment'
      | 'verify-containment'
      | 'deny-chained-session'
      | 'collect-context'
      | 'member-view'
      | 'inspector-findings'
      | 'inventory'
      | 'respond',
      string
    >
  >
>;

/** The kind that an outcome's id begins with: `isolate-interface:eni-1` is of `isolate-interface`. */
export const kindOfId = (id: string): string => id.split(/[:#]/, 1)[0] ?? id;

/** What a step does, by its kind. */
export const stepWords = (kind: string): string => STEP_WORDS[kind] ?? inWords(kind);

/** Steps whose effect another role reads back before "contained" is said (docs/architecture.md). */
export const READ_BACK: ReadonlySet<string> = new Set<PlanStepKind>([
  'isolate-interface',
  'release-address',
  'give-up-public-ip',
  'shorten-connection-timeout',
  'deny-remote-addresses',
  'block-dns',
  'cut-subnet',
  'cut-routes',
  'detach-internet-gateway',
  'replace-profile',
  'deny-sessions',
  'turn-metadata-off',
]);

/** A reason of the plan, without its references to the project's own notes on AWS. */
export const withoutNotes = (because: string): string =>
  because.replaceAll(/ \(aws-facts [\d., and]+\)/g, '');

/** How a step is undone, in a sentence. */
export const undoWords = (undo: Undo): string => {
  switch (undo.kind) {
    case 'nothing':
      return `nothing to undo: ${undo.because}`;
    case 'restore-groups':
      return `the interface goes back into ${undo.groupIds.join(', ')}`;
    case 'attach-to-auto-scaling':
      return `back into the Auto Scaling group ${undo.groupName}`;
    case 'associate-address':
      return `the address ${undo.allocationId} is given back`;
    case 'restore-profile':
      return `the former profile ${undo.profileArn}: by hand, for no role of ours may pass it`;
    case 'end-quarantine-profile':
      return 'the quarantine profile is taken off';
    case 'unblock-dns':
      return `the block of ${undo.zones.join(', ')} is lifted`;
    case 'restore-attribute':
      return `${undo.attribute} becomes ${undo.before ?? 'what it was'} again`;
    case 'remove-tags':
      return `the tags are taken off ${undo.resourceIds.length} resource(s)`;
    case 'restore-delete-on-termination':
      return 'each disk goes with the machine again, or stays, as before';
    case 'assign-public-ip':
      return 'a public address is assigned; not the same one';
    case 'restore-connection-timeout':
      return 'idle connections last as long as before';
    case 'remove-acl-entries':
      return `${undo.entries.length} entries are taken out of ${undo.networkAclId}`;
    case 'restore-subnet-acl':
      return `the subnet gets ${undo.networkAclId} again`;
    case 'restore-subnet-routes':
      return 'the subnet gets its routes again';
    case 'attach-internet-gateway':
      return `${undo.internetGatewayId} is attached again`;
    case 'lift-session-deny':
    case 'lift-chained-deny':
      return 'the deny is lifted when the credentials have expired';
    case 'restore-metadata-options':
      return 'the metadata service answers as before';
    case 'start-instance':
      return 'the machine is started';
    case 'keep-replacement':
      return 'the other machine stays: it carries the traffic';
    case 'register-as-found':
      return 'each registration that was found is given back';
    case 'register-target':
      return `registered again with ${undo.targetGroupArn}`;
    case 'register-with-classic-balancer':
      return `registered again with ${undo.name}`;
    case 'attach-volumes':
      return `${undo.volumes.length} disk(s) are attached again`;
  }
};

/** Why a step was not done, where nothing says what became of it. */
export const GATE_WORDS: Readonly<Record<Gate, string>> = {
  automatic: 'nothing was reported of it',
  memory: 'it waited for the memory, and nothing was reported of it',
  climb: 'not needed: kept for the case that the cheaper steps do not hold',
  ask: 'waited for a person',
  approve: 'not done: it needs a person’s yes, and nobody gave it',
};

/** What an entry of the ledger tells, by its kind. */
const ENTRY_WORDS: Readonly<Partial<Record<string, string>>> = {
  'incident-opened': 'The ledger was opened',
  'object-deposited': 'A file was put into the evidence store and locked',
  'snapshot-secured': 'A locked disk copy was seen in the evidence account',
  'snapshot-shared': 'A disk copy was made readable for the forensic account',
  'step-reported': 'The responder’s word was signed',
  'volume-attached': 'A copy was attached to the forensic machine',
  'evidence-missing': 'It was stated that evidence is missing',
  sealed: 'The ledger was closed',
};

/** What an entry of the ledger tells. */
export const entryWords = (kind: string): string => ENTRY_WORDS[kind] ?? inWords(kind);

/** Words of this page that not everybody knows; the glossary at its end. */
export const GLOSSARY: readonly (readonly [word: string, meaning: string])[] = [
  [
    'Contained',
    'Cut off: no new connection in or out, and the credentials of the machine are useless. Said only after another role read it back.',
  ],
  [
    'Digest',
    'A number that is computed from content (SHA-256). If one byte of the content changes, the digest is another one.',
  ],
  [
    'Evidence account',
    'An AWS account that holds evidence alone. Nobody of the attacked account has rights in it.',
  ],
  ['Finding', 'What GuardDuty, AWS’s detector of threats, reported.'],
  ['Instance, machine', 'A virtual computer in Amazon EC2.'],
  [
    'Ledger',
    'The list of who did what with the evidence, when. Each entry is signed, and names the digest of the one before.',
  ],
  [
    'Locked',
    'Cannot be deleted or changed before the date that is given. In governance mode a person with a special right can lift the lock; in compliance mode nobody can.',
  ],
  [
    'Observed, reported',
    'Observed: the recorder in the evidence account saw it for itself before it signed. Reported: it signed what the responder said.',
  ],
  ['Profile', 'The identity that a machine has towards AWS.'],
  ['Read back', 'After a change was made, another role looked whether it is so.'],
  ['Recorder', 'The one program in the evidence account that writes the evidence store and signs.'],
  ['Release', 'Lifting containment. Two people are needed for it.'],
  ['Sealed', 'The ledger is closed and signed as a whole; nothing can be added.'],
  ['Snapshot', 'A copy of a disk as it was at one instant.'],
];
