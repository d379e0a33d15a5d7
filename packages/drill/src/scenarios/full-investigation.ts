import { parsePolicy } from '@cordon/incident';
import { ownEvent } from './own-event.ts';
import type { Scenario } from './scenario.ts';

/**
 * Most of what a response can be, in one: it captures memory, has the host say what it is doing, contains, climbs where records show that it
 * did not hold, and asks a person before it ends the host.
 */
const policy = parsePolicy({
  schemaVersion: 2,
  inspector: { observeFrom: 'CRITICAL' },
  rules: [
    {
      name: 'everything-at-once',
      when: { severityAtLeast: 7 },
      set: {
        mode: 'contain',
        subnetAcl: 'if-open',
        // A path that is kept for the memory would put the proof, and so the climb, off until it is closed, and a person ends the host before.
        order: 'memory-first',
        memory: 'automatic',
        liveResponse: 'automatic',
        stop: 'ask',
        crash: 'ask',
        detachVolumes: 'ask',
      },
      because: 'what is read back as closed must be seen to be closed, and a person decides about the host',
    },
  ],
});

/** The scenario that leaves the fullest evidence and report, made from the richest world. */
export const fullInvestigation = (richest: Scenario): Scenario => ({
  ...richest,
  name: 'full-investigation',
  about:
    'everything at once, for its report: records show a connection that lives through containment, and its subnet is cut; its memory is captured while it runs, and it is asked what it is doing; a person has the host crashed and stopped; a chained session is denied; disks, and memory on them, are sealed and examined',
  deliveries: (seed) => [{ document: ownEvent({ seed, profile: true, publicAddress: false }), afterMs: 0 }],
  behindBalancers: true,
  preparedForCrash: true,
  roleChain: 'names-differ',
  policy,
  flowLogs: true,
  guest: 'captures',
  weaknesses: true,
  answers: [
    {
      person: 'alice@example.org',
      decision: 'approve',
      reason: 'the shop runs elsewhere; what is in memory is wanted',
      afterAskedMs: 420_000,
    },
  ],
});
