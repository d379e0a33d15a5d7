import type { PhaseEvent } from '../workflow/phase-event.ts';

/** What people are told of: phases, and what comes by the topic alone. */
export type NoticeKind = PhaseEvent['kind'] | 'evidence-read-outside' | 'alarm' | 'unreadable';

/** How soon: now, within the day, or not at all. */
export type Urgency = 'act' | 'look' | 'know';

/** What is said of a kind, in our own words. */
export interface Words {
  readonly title: string;
  readonly urgency: Urgency;
  /** What to do, one sentence each. */
  readonly next: readonly string[];
  /** File of docs/runbooks, where there is one. */
  readonly runbook?: string;
}

const say = (urgency: Urgency, title: string, ...next: readonly string[]): Words => ({
  title,
  urgency,
  next,
});

/** What each kind says, for a person who was asleep. The compiler asks for every kind. */
export const WORDS: Readonly<Record<NoticeKind, Words>> = {
  'incident-opened': say(
    'look',
    'An instance is being contained',
    'Wait for what follows: contained, or what needs a person.',
  ),
  contained: say(
    'know',
    'The instance is contained',
    'It was read back and holds. Lift it by cordon release when the case is over.',
  ),
  'containment-open': {
    ...say(
      'act',
      'The instance is NOT contained',
      'See what is open, and close it by hand: the reasons say where.',
    ),
    runbook: 'verify-containment-failed',
  },
  'containment-alarm': say(
    'act',
    'A contained instance is said to be active',
    'See what the new finding reports, and whether the read-back still holds.',
  ),
  'containment-drifted': {
    ...say(
      'act',
      'Somebody changed a contained instance',
      'See who did it; it is contained again where a plan can.',
    ),
    runbook: 'containment-drifted',
  },
  'containment-climbed': say(
    'look',
    'Containment goes one step further',
    'The step affects others as the reasons say. It was allowed by the policy.',
  ),
  'containment-held-back': say(
    'look',
    'Part of the containment waits for a person',
    'See what waits: cordon requests.',
  ),
  'containment-refused': say(
    'act',
    'A person refused the containment',
    'The instance is not cut off. Be sure that this is meant.',
  ),
  'containment-proved': say('know', 'Flow logs show that the containment holds'),
  'containment-unproved': say('know', 'Flow logs cannot prove the containment', 'The read-back stands.'),
  'packets-accepted': say(
    'act',
    'Packets passed after the containment',
    'The reasons name the far ends. See what else lets them through.',
  ),
  'path-opened': say(
    'look',
    'A contained instance is open for a short time',
    'It is closed at the time that is named.',
  ),
  'path-closed': say('know', 'A contained instance is closed again'),
  'sessions-chained': say(
    'look',
    'The instance took other roles',
    'See which of their sessions are denied. What waits for you: cordon requests.',
  ),
  'evidence-secured': say('know', 'A disk is in custody'),
  'evidence-missing': say(
    'act',
    'A disk could not be secured',
    'Keep the volume and its snapshot, and see the reasons before anybody stops or ends the instance.',
  ),
  'evidence-at-risk': say(
    'act',
    'Evidence may be lost',
    'Do what the reasons say, in the time that they name.',
  ),
  'evidence-queued': say('know', 'A disk waits to be copied'),
  'forensic-machine-ready': say('know', 'The forensic machine is ready'),
  'forensic-machine-ending': say(
    'look',
    'The forensic machine will be ended',
    'Keep it if you still work on it: cordon keep-machine.',
  ),
  'forensic-machine-ended': say('know', 'The forensic machine was ended'),
  'incident-sealed': say('know', 'The incident is sealed', 'Nobody is needed.'),
  'needs-a-person': {
    ...say('act', 'The incident needs a person', 'The reasons say what is missing.'),
    runbook: 'workflow-failed',
  },
  'account-covered': say('know', 'Accounts are protected', 'All that was tried there works.'),
  'account-uncovered': {
    ...say(
      'act',
      'Accounts are not protected any more',
      'A response would fail there as the reasons say: mend it before there is an incident.',
    ),
    runbook: 'accounts-late',
  },
  'account-late': {
    ...say(
      'act',
      'Accounts are not protected in time',
      'See by cordon coverage what fails there, and whether the StackSet reached them.',
    ),
    runbook: 'accounts-late',
  },
  released: say('know', 'The containment was lifted'),
  'release-unfinished': say(
    'act',
    'A release left something',
    'See the reasons, then release again: cordon release.',
  ),
  'approval-asked': say(
    'act',
    'A decision waits for you',
    'Look at it: cordon requests. Answer by cordon approve, with the hash over it.',
  ),
  'approval-decided': say('know', 'A person decided'),
  'operator-acted': say('know', 'A person used Cordon', 'If nobody of yours did, act on it.'),
  'breaker-tripped': {
    ...say(
      'act',
      'A circuit breaker tripped',
      'New incidents there ask before they cut off: cordon requests.',
    ),
    runbook: 'breaker-tripped',
  },
  'policy-unreadable': say(
    'act',
    'The policy cannot be read',
    'Every incident asks until it is deployed again.',
  ),
  'finding-set-aside': {
    ...say('act', 'A finding could not be dealt with', 'Respond by hand if it is real.'),
    runbook: 'findings-set-aside',
  },
  'finding-observed': say('look', 'A finding was kept, and nothing was done', 'Decide by hand.'),
  'finding-ignored': say('look', 'A finding was ignored', 'See whether the reasons are right.'),
  'finding-attached': say('know', 'A finding joined an incident'),
  'evidence-read-outside': {
    ...say('act', 'Evidence was read outside the desk', 'Find out who it was, and why.'),
    runbook: 'evidence-read-outside',
  },
  alarm: say('act', 'An alarm of Cordon went off'),
  unreadable: say(
    'act',
    'A message that cannot be read',
    'Something published to the topic cordon-notifications that is neither of Cordon nor an alarm: see its subscriptions and CloudTrail.',
  ),
};
